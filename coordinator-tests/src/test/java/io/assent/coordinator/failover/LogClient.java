package io.assent.coordinator.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.AbortReason;
import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.postgres.LogMeans;
import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.adapter.postgres.RequiredDurability;
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.testing.TestPostgres.Database;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A replica's log and what a test says to it. */
record LogClient(PostgresDecisionLog log) implements AutoCloseable {

    private static final ParticipantUrl NORTH = new ParticipantUrl("http://127.0.0.1:8081/assent");
    private static final Duration WITHIN = Duration.ofSeconds(30);

    static LogClient open(Database database, Duration socketTimeout, Scheduler scheduler) {
        return new LogClient(PostgresDecisionLog.open(
                settings(database, socketTimeout, RequiredDurability.ANY), new LogMeans(UUID.randomUUID(), scheduler)));
    }

    static LogSettings settings(Database database, Duration socketTimeout, RequiredDurability durability) {
        LogSettings d = LogSettings.defaults(database.url(), database.user(), database.password());
        return new LogSettings(
                d.url(),
                d.user(),
                d.password(),
                d.batchMax(),
                d.queueMax(),
                d.readersMax(),
                d.connectTimeout(),
                socketTimeout,
                Duration.ofMillis(200),
                d.rewriteAfter(),
                d.retention(),
                d.auditRetention(),
                durability);
    }

    CompletableFuture<Proposed> commit(Gtrid gtrid) {
        return propose(new Proposal(gtrid, Decision.COMMIT, List.of(branch()), null, Map.of()));
    }

    CompletableFuture<Proposed> abort(Gtrid gtrid) {
        AbortReason reason = new AbortReason(AbortReason.Code.ROLLBACK_REQUESTED, "changed my mind");
        return propose(new Proposal(gtrid, Decision.ABORT, List.of(branch()), reason, Map.of()));
    }

    CompletableFuture<Void> intent(Gtrid gtrid) {
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        log.recordIntent(gtrid, List.of(branch()), Duration.ofMinutes(1), () -> recorded.complete(null));
        return recorded;
    }

    CompletableFuture<Found> read(Gtrid gtrid) {
        CompletableFuture<Found> read = new CompletableFuture<>();
        log.read(List.of(gtrid), found -> read.complete(Objects.requireNonNull(found.get(gtrid))));
        return read;
    }

    static DecisionRow won(CompletableFuture<Proposed> proposed) throws Exception {
        Proposed result = proposed.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(result).isInstanceOf(Proposed.Won.class);
        return ((Proposed.Won) result).row();
    }

    /** Waits for a condition, within bounds. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long giveUpAt = System.nanoTime() + WITHIN.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void close() {
        log.close();
    }

    private CompletableFuture<Proposed> propose(Proposal proposal) {
        CompletableFuture<Proposed> future = new CompletableFuture<>();
        log.propose(proposal, future::complete);
        return future;
    }

    private static ListedBranch branch() {
        return new ListedBranch(
                new BranchId(NORTH, new Bqual("u-" + Bqual.mint())), Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "7612");
    }
}
