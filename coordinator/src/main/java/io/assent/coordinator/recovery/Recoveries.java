package io.assent.coordinator.recovery;

import java.util.List;

/** The recovery of each log; one that is silent does not keep the others from being swept. Thread-safe. */
public record Recoveries(List<Recovery> each) {

    public Recoveries {
        each = List.copyOf(each);
    }

    /** Starts the first sweep of each at once. */
    public void start() {
        each.forEach(Recovery::start);
    }

    /** No sweep starts after this. */
    public void close() {
        each.forEach(Recovery::close);
    }

    /** Whether each log has begun to tell what is unfinished. */
    public boolean haveBegun() {
        return each.stream().allMatch(Recovery::hasBegun);
    }

    /** How many transactions were taken up since the start. */
    public long adoptedCount() {
        return each.stream().mapToLong(Recovery::adoptedCount).sum();
    }

    /** How many transactions were left to their owners since the start. */
    public long releasedCount() {
        return each.stream().mapToLong(Recovery::releasedCount).sum();
    }
}
