package io.assent.coordinator.adapter.http;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.http.OperatorRequest.Abandonment;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.TransactionRecords.Entry;
import io.assent.coordinator.engine.port.TransactionRecords.Operator;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.Conversation.TargetState;
import io.assent.coordinator.protocol.Event;
import io.assent.coordinator.protocol.Progress;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what operators ask for. Who did what, and why, is durable before it is done. */
public final class ByHand {

    private static final Logger LOG = LoggerFactory.getLogger(ByHand.class);

    private final Engine engine;
    private final Queries queries;
    private final StatusReader reader;

    public ByHand(Engine engine, Queries queries, StatusReader reader) {
        this.engine = engine;
        this.queries = queries;
        this.reader = reader;
    }

    /** Tries at once what is still to be delivered. */
    CompletableFuture<TransactionView> retry(Gtrid gtrid) {
        return takenUp(gtrid).thenCompose(_ -> {
            engine.retryNow(gtrid);
            return reader.read(gtrid);
        });
    }

    CompletableFuture<Integer> acknowledge(Gtrid gtrid, Operator operator) {
        return queries.run(records -> switch (records.find(gtrid)) {
            case Entry.Decided _ -> {
                int count = records.acknowledgeHeuristics(gtrid, operator);
                LOG.info("heuristics acknowledged gtrid={} count={} by=\"{}\"", gtrid, count, operator.by());
                yield count;
            }
            case Entry.Undecided _ -> throw undecided(gtrid);
            case Entry.BelowFloor _ -> throw Replies.gone(gtrid);
        });
    }

    /** Gives up on a branch whose participant is gone for ever: nobody can tell how it ended. */
    CompletableFuture<TransactionView> abandon(Gtrid gtrid, Abandonment abandonment) {
        Operator operator = abandonment.operator();
        return takenUp(gtrid)
                .thenCompose(_ -> {
                    checkOpen(gtrid, abandonment.branch());
                    return queries.run(records -> {
                        records.audit(gtrid, "abandon " + abandonment.branch(), operator);
                        return operator;
                    });
                })
                .thenCompose(_ -> {
                    String detail = "given up by " + operator.by() + ": " + operator.reason();
                    Acknowledgement hazard =
                            new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_HAZARD, detail);
                    engine.submitOperatorVerdict(gtrid, new Event.Acknowledged(abandonment.branch(), hazard));
                    LOG.warn(
                            "branch given up by an operator gtrid={} bqual={} participant={} by=\"{}\"",
                            gtrid,
                            abandonment.branch().bqual(),
                            abandonment.branch().participant(),
                            operator.by());
                    return reader.read(gtrid);
                });
    }

    /** Sees to it that a decided, unfinished transaction is in this replica's memory. */
    private CompletableFuture<Entry> takenUp(Gtrid gtrid) {
        return queries.run(records -> {
            Entry entry = records.find(gtrid);
            switch (entry) {
                case Entry.Decided decided -> {
                    if (decided.progress() == Progress.UNFINISHED
                            && engine.look(gtrid).isEmpty()) {
                        engine.adopt(decided.row());
                    }
                }
                case Entry.Undecided _ -> throw undecided(gtrid);
                case Entry.BelowFloor _ -> throw Replies.gone(gtrid);
            }
            return entry;
        });
    }

    private void checkOpen(Gtrid gtrid, BranchId branch) {
        boolean open = engine.look(gtrid).orElse(null) instanceof Conversation.Delivering delivering
                && delivering.targets().stream()
                        .anyMatch(t -> t.branch().id().equals(branch) && t.state() == TargetState.OPEN);
        if (!open) {
            throw Problem.of(ErrorCode.NOT_OPEN, "nothing is being delivered to branch " + branch + " of " + gtrid)
                    .about("bqual", branch.bqual().value())
                    .toException();
        }
    }

    private static ProblemException undecided(Gtrid gtrid) {
        return Problem.of(ErrorCode.NOT_DECIDED, "there is no decision on transaction " + gtrid)
                .about("gtrid", gtrid.toString())
                .toException();
    }
}
