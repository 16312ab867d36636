package io.assent.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before all replicas are asked once more: doubling from the first delay to the longest, of which a
 * random half is taken off so that clients that failed together do not come back together.
 *
 * @param first before the second round
 * @param max the longest
 * @param retryAfterMax the longest {@code Retry-After} of a coordinator that is obeyed
 */
public record RetryDelays(Duration first, Duration max, Duration retryAfterMax) {

    public static final RetryDelays DEFAULT =
            new RetryDelays(Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(5));

    private static final int DOUBLINGS_MAX = 20;

    public RetryDelays {
        if (first.toMillis() < 1 || max.compareTo(first) < 0 || retryAfterMax.isNegative()) {
            throw new IllegalArgumentException("retry delays " + first + ", " + max + ", " + retryAfterMax
                    + ": the first must be at least 1 ms, the longest no shorter, and none negative");
        }
    }

    /**
     * The delay after a round of attempts that all failed.
     *
     * @param round 0 for the first
     * @param retryAfter what a coordinator asked for; zero if it did not
     */
    Duration after(int round, Duration retryAfter) {
        long doubled = first.toMillis() << Math.min(round, DOUBLINGS_MAX);
        long capped = Math.min(doubled, max.toMillis());
        long jittered = capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1);
        long asked = Math.min(retryAfter.toMillis(), retryAfterMax.toMillis());
        return Duration.ofMillis(Math.max(jittered, asked));
    }
}
