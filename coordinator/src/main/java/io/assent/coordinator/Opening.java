package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.LogUnusableException;
import io.assent.coordinator.adapter.postgres.MembershipSettings;
import io.assent.coordinator.adapter.postgres.PostgresMembership;
import io.assent.coordinator.adapter.postgres.SplitDecisionLog;
import io.assent.coordinator.engine.port.Scheduler;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the logs and joins the other replicas, in a thread of its own: that takes as long as all the rest of a start, and the
 * transactions that a crash has left wait for it.
 */
final class Opening {

    /** @param membership in the first log, and after the logs, which make the schema */
    private record Opened(SplitDecisionLog log, PostgresMembership membership) {}

    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final FutureTask<Opened> task;

    private Opening(FutureTask<Opened> task) {
        this.task = task;
    }

    /** @param logs of each log, in their order */
    static Opening begin(
            List<LogSettings> logs,
            MembershipSettings membership,
            UUID incarnation,
            String replicaId,
            Scheduler scheduler) {
        FutureTask<Opened> task = new FutureTask<>(() -> {
            SplitDecisionLog log = SplitDecisionLog.open(logs, incarnation, scheduler);
            try {
                return new Opened(log, PostgresMembership.join(logs.getFirst(), membership, replicaId, incarnation));
            } catch (RuntimeException e) {
                log.close();
                throw e;
            }
        });
        Thread.ofPlatform().name("assent-opening").daemon(true).start(task);
        return new Opening(task);
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

    /** For a start that has failed elsewhere: whatever has been opened is closed. */
    void undo() {
        Opened open;
        try {
            open = opened();
        } catch (RuntimeException e) {
            LOG.debug("what was to be opened could not be", e);
            return;
        }
        open.membership.close();
        open.log.close();
    }

    private Opened opened() {
        try {
            return task.get();
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
