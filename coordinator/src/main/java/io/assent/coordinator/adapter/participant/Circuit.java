package io.assent.coordinator.adapter.participant;

/**
 * Whether a participant may be called. Open after a failure: then one request at a time probes it, after a pause that
 * grows. Closes at once when any request is answered. Not thread-safe; guarded by the lane's lock.
 *
 * <p>Times are nanoseconds with an arbitrary origin, so they are compared by their difference.
 */
final class Circuit {

    private final BackOff backOff;
    private int failures;
    private long failedAtNanos;
    private long dueNanos;
    private Probe probe = Probe.NONE;

    private enum Probe {
        NONE,
        UNDER_WAY
    }

    Circuit(BackOff backOff) {
        this.backOff = backOff;
    }

    boolean isOpen() {
        return failures > 0;
    }

    int failures() {
        return failures;
    }

    /** When the next probe is due, if the circuit is open. */
    long dueNanos() {
        return dueNanos;
    }

    /** Whether a probe is under way; its reply, or its time-out, says how to go on. */
    boolean isProbing() {
        return probe == Probe.UNDER_WAY;
    }

    boolean allows(long nowNanos) {
        return !isOpen() || (probe == Probe.NONE && dueNanos - nowNanos <= 0);
    }

    /** @return what {@link #answered} or {@link #failed} is to be told of this request: the failures before it */
    int sent() {
        if (isOpen()) {
            probe = Probe.UNDER_WAY;
        }
        return failures;
    }

    /** @return the failures in a row that this reply ended */
    int answered(int failuresBefore) {
        int ended = failures;
        endProbe(failuresBefore);
        failures = 0;
        return ended;
    }

    void failed(int failuresBefore, long nowNanos) {
        endProbe(failuresBefore);
        // Requests that were in flight together fail together; that is one failure.
        if (failures == failuresBefore) {
            failures++;
            failedAtNanos = nowNanos;
            dueNanos = nowNanos + backOff.nanosAfter(failures);
        }
    }

    /** Somebody has reason to try now. Not before the shortest pause, so that many such reasons are no flood. */
    void hurry() {
        long earliest = failedAtNanos + backOff.pauses().min().toNanos();
        if (isOpen() && earliest - dueNanos < 0) {
            dueNanos = earliest;
        }
    }

    private void endProbe(int failuresBefore) {
        if (failuresBefore > 0) {
            probe = Probe.NONE;
        }
    }
}
