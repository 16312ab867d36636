package io.assent.samples.demo;

import java.time.Duration;

/**
 * How fast clients begin transfers: so that some are left for every crash that is still to come, however long the earlier
 * ones take, and as fast as they can after the last one. Around a crash they hurry, so that much is under way then.
 * Thread-safe.
 */
final class Pace {

    /** About what a crash takes, with all that is watched after it. */
    private static final Duration OF_A_CRASH = Duration.ofSeconds(10);

    private static final Duration LONGEST = Duration.ofSeconds(1);
    /** Where only those are left that are kept. */
    private static final Duration SPARING = Duration.ofSeconds(4);

    private static final int HURRY = 4;
    /** Of all transfers this part is kept for each crash to come. */
    private static final int KEPT = 8;

    private final int transfers;
    private volatile int crashesLeft;
    private volatile boolean hurrying;

    /** @param transfers how many there are in all */
    Pace(int transfers) {
        this.transfers = transfers;
    }

    /** Until it is told of crashes there is no reason to be slow; and none to hurry until the next of them. */
    void crashesLeft(int crashes) {
        crashesLeft = crashes;
        hurrying = false;
    }

    void hurry() {
        hurrying = true;
    }

    /** There is no reason to hurry any more. */
    void calm() {
        hurrying = false;
    }

    /** From the beginning of one transfer to that of the next, of all clients together. */
    Duration interval(int transfersLeft) {
        if (!hurrying && transfersLeft < transfers / KEPT * crashesLeft) {
            return SPARING;
        }
        long nanos = OF_A_CRASH.toNanos() * crashesLeft / Math.max(1, transfersLeft);
        long hurried = hurrying ? nanos / HURRY : nanos;
        return Duration.ofNanos(Math.min(hurried, LONGEST.toNanos()));
    }
}
