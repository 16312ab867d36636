package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.Pruner;
import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prunes the logs regularly, each on a thread that may block. Thread-safe. */
final class Pruning implements AutoCloseable {

    private final List<Pruner> pruners;
    private final Scheduler scheduler;
    private final Duration interval;
    private final Map<Pruner, Scheduler.Cancellable> next = new HashMap<>();
    private boolean closed;

    Pruning(List<Pruner> pruners, Scheduler scheduler, Duration interval) {
        this.pruners = List.copyOf(pruners);
        this.scheduler = scheduler;
        this.interval = interval;
    }

    /** The first run comes after one interval, so that a start is not slowed down. */
    void start() {
        pruners.forEach(this::schedule);
    }

    private synchronized void schedule(Pruner pruner) {
        if (!closed) {
            next.put(pruner, scheduler.after(interval, () -> {
                var _ = Thread.ofVirtual().name("assent-pruner").start(() -> run(pruner));
            }));
        }
    }

    private void run(Pruner pruner) {
        try {
            long _ = pruner.runOnce();
        } finally {
            schedule(pruner);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.values().forEach(Scheduler.Cancellable::cancel);
    }
}
