package io.assent.coordinator.engine;

import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that moves only when a test moves it. Actions due at the same instant run in the order they were armed. */
public final class ManualScheduler implements Scheduler {

    private static final class Timer implements Cancellable {
        private final long atNanos;
        private final long number;
        private final Runnable action;
        private boolean cancelled;

        private Timer(long atNanos, long number, Runnable action) {
            this.atNanos = atNanos;
            this.number = number;
            this.action = action;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.<Timer>comparingLong(t -> t.atNanos).thenComparingLong(t -> t.number));
    private long nowNanos;
    private long armed;

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        Timer timer = new Timer(nowNanos + delay.toNanos(), armed++, action);
        timers.add(timer);
        return timer;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long wallMillis() {
        return nowNanos / 1_000_000;
    }

    /** Moves time on and runs what comes due, in order. */
    public void advance(Duration by) {
        long until = nowNanos + by.toNanos();
        while (!timers.isEmpty() && timers.peek().atNanos <= until) {
            Timer timer = timers.remove();
            nowNanos = timer.atNanos;
            if (!timer.cancelled) {
                timer.action.run();
            }
        }
        nowNanos = until;
    }

    public long pending() {
        return timers.stream().filter(t -> !t.cancelled).count();
    }
}
