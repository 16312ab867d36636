package io.assent.coordinator.adapter.postgres;

import java.util.concurrent.atomic.LongAdder;

/** Counts what the log does since the start. Thread-safe. */
public final class LogStatistics {

    private final LongAdder batches = new LongAdder();
    private final LongAdder proposals = new LongAdder();
    private final LongAdder busyNanos = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder collisions = new LongAdder();
    private volatile String lastError = "";
    private volatile boolean reachable = true;

    void batch(int size, long nanos) {
        batches.increment();
        proposals.add(size);
        busyNanos.add(nanos);
        reachable = true;
    }

    void retried(Exception error) {
        retries.increment();
        lastError = String.valueOf(error.getMessage());
        reachable = false;
    }

    void collided() {
        collisions.increment();
    }

    void read() {
        reachable = true;
    }

    public long batches() {
        return batches.sum();
    }

    public long proposals() {
        return proposals.sum();
    }

    /** Time spent in statements that decide, in nanoseconds. */
    public long busyNanos() {
        return busyNanos.sum();
    }

    /** Statements whose result was unknown and that were run again. */
    public long retries() {
        return retries.sum();
    }

    /** Batches refused because an id had a row already, and settled by a second statement. */
    public long collisions() {
        return collisions.sum();
    }

    /** Whether the latest statement came through. */
    public boolean isReachable() {
        return reachable;
    }

    public String lastError() {
        return lastError;
    }
}
