package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Says of a transaction that this replica has no memory of what the log has to say. Does not block. */
public final class Undecided {

    private final DecisionLog log;

    public Undecided(DecisionLog log) {
        this.log = log;
    }

    /** Why a branch can't be enlisted into a transaction that this replica does not know. */
    CompletableFuture<ProblemException> whyNotBegun(Gtrid gtrid) {
        CompletableFuture<Map<Gtrid, DecisionLog.Found>> read = new CompletableFuture<>();
        log.read(List.of(gtrid), read::complete);
        return read.thenApply(found -> switch (found.get(gtrid)) {
            case DecisionLog.Found.Row _ -> Replies.alreadyDeciding(gtrid);
            case DecisionLog.Found.BelowFloor _ -> Replies.gone(gtrid);
            case DecisionLog.Found.NoRow _ -> notBegun(gtrid);
            case DecisionLog.Found.Unavailable _ -> Replies.unknown(gtrid);
            case null -> Replies.unknown(gtrid);
        });
    }

    private static ProblemException notBegun(Gtrid gtrid) {
        return Problem.of(
                        ErrorCode.UNKNOWN_TRANSACTION,
                        "no replica that can be reached holds transaction " + gtrid
                                + ": it was never begun, or its replica is gone")
                .about("gtrid", gtrid.toString())
                .remedied("begin with POST /v1/transactions, or commit with the whole list")
                .toException();
    }
}
