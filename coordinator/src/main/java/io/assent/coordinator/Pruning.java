package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.Pruner;
import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Prunes the log regularly, on a thread that may block. Thread-safe. */
final class Pruning implements AutoCloseable {

    private final Pruner pruner;
    private final Scheduler scheduler;
    private final Duration interval;
    private Scheduler.@Nullable Cancellable next;
    private boolean closed;

    Pruning(Pruner pruner, Scheduler scheduler, Duration interval) {
        this.pruner = pruner;
        this.scheduler = scheduler;
        this.interval = interval;
    }

    /** The first run comes after one interval, so that a start is not slowed down. */
    synchronized void start() {
        if (!closed) {
            next = scheduler.after(interval, () -> {
                var _ = Thread.ofVirtual().name("assent-pruner").start(this::run);
            });
        }
    }

    private void run() {
        try {
            long _ = pruner.runOnce();
        } finally {
            start();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
