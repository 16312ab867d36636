package io.assent.coordinator.adapter.participant;

import io.assent.coordinator.adapter.participant.GatewaySettings.Pauses;
import java.util.function.LongUnaryOperator;

/**
 * Capped exponential back-off with full jitter (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
 * 2015): any pause from zero to the bound, so that many who failed together do not come back together.
 *
 * @param pauses the bounds
 * @param random from a bound a number of 0 to that bound, both included
 */
record BackOff(Pauses pauses, LongUnaryOperator random) {

    private static final int DOUBLINGS_MAX = 30;

    /** @param failures in a row, at least 1 */
    long nanosAfter(int failures) {
        long min = pauses.min().toNanos();
        long max = pauses.max().toNanos();
        int doublings = Math.min(failures - 1, DOUBLINGS_MAX);
        long bound = min > (max >> doublings) ? max : min << doublings;
        return random.applyAsLong(bound);
    }
}
