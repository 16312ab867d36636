package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.LogMeans;
import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.LogUnusableException;
import io.assent.coordinator.adapter.postgres.MembershipSettings;
import io.assent.coordinator.adapter.postgres.PostgresMembership;
import io.assent.coordinator.adapter.postgres.SplitDecisionLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Opens the logs and joins the other replicas, in a thread of its own: that takes as long as all the rest of a start, and the
 * transactions that a crash has left wait for it.
 */
final class Opening {

    /** @param membership in the first log, and after the logs, which make the schema */
    private record Opened(SplitDecisionLog log, PostgresMembership membership) {

        void close() {
            try (log) {
                membership.close();
            }
        }
    }

    private final CompletableFuture<Opened> opened = new CompletableFuture<>();
    private final Thread thread;

    private Opening(Supplier<Opened> open) {
        this.thread = Thread.ofPlatform().name("assent-opening").daemon(true).unstarted(() -> {
            try {
                opened.complete(open.get());
            } catch (RuntimeException | Error e) {
                opened.completeExceptionally(e);
            }
        });
    }

    /** @param logs of each log, in their order */
    static Opening begin(List<LogSettings> logs, MembershipSettings membership, String replicaId, LogMeans means) {
        Opening opening = new Opening(() -> open(logs, membership, replicaId, means));
        opening.thread.start();
        return opening;
    }

    private static Opened open(
            List<LogSettings> logs, MembershipSettings membership, String replicaId, LogMeans means) {
        SplitDecisionLog log = SplitDecisionLog.open(logs, means);
        try {
            return new Opened(log, PostgresMembership.join(logs.getFirst(), membership, replicaId, means.writer()));
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /**
     * Waits until it is done.
     *
     * @throws RuntimeException what went wrong, as it was thrown
     */
    void await() {
        var _ = opened();
    }

    SplitDecisionLog log() {
        return opened().log;
    }

    PostgresMembership membership() {
        return opened().membership;
    }

    /** Closes what is open, and what will be: a start that fails elsewhere does not wait for it. */
    void undo() {
        thread.interrupt();
        var _ = opened.thenAccept(Opened::close);
    }

    private Opened opened() {
        try {
            return opened.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnusableException("interrupted while the decision log was opened");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the decision log could not be opened", e.getCause());
        }
    }
}
