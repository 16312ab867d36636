package io.assent.samples.demo;

import java.time.Duration;

/**
 * How fast clients begin transfers: so that some are left for every crash that is still to come, and as fast as they can
 * after the last one. Around a crash they hurry, so that much is under way then. Thread-safe.
 */
final class Pace {

    /** About what a crash takes, with all that is watched after it. */
    private static final Duration OF_A_CRASH = Duration.ofSeconds(10);

    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final int HURRY = 4;

    private volatile int crashesLeft;
    private volatile boolean hurrying;

    /** Until it is told of crashes there is no reason to be slow. */
    void crashesLeft(int crashes) {
        crashesLeft = crashes;
        hurrying = false;
    }

    void hurry() {
        hurrying = true;
    }

    void calmDown() {
        hurrying = false;
    }

    /** From the beginning of one transfer to that of the next, of all clients together. */
    Duration interval(int transfersLeft) {
        long nanos = OF_A_CRASH.toNanos() * crashesLeft / Math.max(1, transfersLeft);
        long hurried = hurrying ? nanos / HURRY : nanos;
        return Duration.ofNanos(Math.min(hurried, LONGEST.toNanos()));
    }
}
