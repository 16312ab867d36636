package io.assent.coordinator;

import io.assent.coordinator.adapter.http.OutcomeWatch;
import io.assent.coordinator.adapter.postgres.PostgresMembership;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.recovery.Recoveries;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the coordinator's parts, from the first sweep to the last word with the log. Thread-safe. */
public final class Coordinator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Engine engine;
    private final Recoveries recovery;
    private final PostgresMembership membership;
    private final OutcomeWatch watch;
    private final Duration grace;
    private final List<AutoCloseable> closedLast;
    private volatile boolean draining;
    private boolean closed;

    /** @param closedLast what is closed once nothing new can come, in this order */
    Coordinator(
            Engine engine,
            Recoveries recovery,
            PostgresMembership membership,
            OutcomeWatch watch,
            Duration grace,
            List<AutoCloseable> closedLast) {
        this.engine = engine;
        this.recovery = recovery;
        this.membership = membership;
        this.watch = watch;
        this.grace = grace;
        this.closedLast = List.copyOf(closedLast);
    }

    void start() {
        recovery.start();
    }

    /** From now on others send work to this URL. */
    void serve(String url) {
        membership.serve(url);
    }

    /** Whether work may be sent here. */
    public boolean isReady() {
        return !draining && recovery.haveBegun() && membership.isKnown();
    }

    /**
     * Leaves the ring, takes nothing new, and waits within bounds for what is being decided. The rest is left to the other
     * replicas' recovery, or to that of the next start.
     */
    void drain() {
        draining = true;
        membership.leave();
        engine.stopTaking();
        watch.close();
        long end = System.nanoTime() + grace.toNanos();
        while (!engine.isQuiet() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL.toNanos());
        }
        LOG.info(
                "drained undecided={} delivering={} waiting={}",
                engine.undecidedCount(),
                engine.deliveringCount(),
                engine.waitingCount());
    }

    /** Ends every part. What is not delivered is in the log, and found there by whoever starts next. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        draining = true;
        engine.stopTaking();
        watch.close();
        recovery.close();
        for (AutoCloseable part : closedLast) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn(
                        "a part did not close part={} cause=\"{}\"",
                        part.getClass().getSimpleName(),
                        e.getMessage());
            }
        }
    }
}
