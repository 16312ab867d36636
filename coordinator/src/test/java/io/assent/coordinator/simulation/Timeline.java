package io.assent.coordinator.simulation;

import io.assent.coordinator.engine.port.Scheduler.Cancellable;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time. What is due at the same instant happens in the order in which it was arranged. */
final class Timeline {

    static final long MILLI = 1_000_000;
    private static final int AT_ONCE_MAX = 10_000;

    private static final class Entry implements Cancellable {
        private final long atNanos;
        private final long number;
        private final Runnable action;
        private boolean cancelled;

        private Entry(long atNanos, long number, Runnable action) {
            this.atNanos = atNanos;
            this.number = number;
            this.action = action;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.<Entry>comparingLong(e -> e.atNanos).thenComparingLong(e -> e.number));
    private long nowNanos;
    private long arranged;
    private long happened;
    private int atOnce;

    Cancellable after(long delayNanos, Runnable action) {
        Entry entry = new Entry(nowNanos + Math.max(0, delayNanos), arranged++, action);
        entries.add(entry);
        return entry;
    }

    Cancellable at(long atMillis, Runnable action) {
        return after(atMillis * MILLI - nowNanos, action);
    }

    long nowNanos() {
        return nowNanos;
    }

    long nowMillis() {
        return nowNanos / MILLI;
    }

    long happened() {
        return happened;
    }

    /** Lets happen whatever is due up to then. */
    void runUntil(long millis) {
        long until = millis * MILLI;
        while (!entries.isEmpty() && entries.peek().atNanos <= until) {
            Entry entry = entries.remove();
            atOnce = entry.atNanos == nowNanos ? atOnce + 1 : 0;
            nowNanos = entry.atNanos;
            if (atOnce > AT_ONCE_MAX) {
                throw new IllegalStateException("time stands still: something goes round and round");
            }
            if (!entry.cancelled) {
                happened++;
                entry.action.run();
            }
        }
        nowNanos = Math.max(nowNanos, until);
    }
}
