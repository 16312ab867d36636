package io.assent.coordinator.adapter.http;

import java.time.Duration;

/**
 * Limits of the HTTP API.
 *
 * @param branchesMax the most branches of one transaction; for show, the engine enforces it
 * @param deadlineMax the longest deadline that a request may ask for
 * @param aheadMax how far in the future an id may have been minted
 * @param watchMax the longest long-poll
 * @param watchesMax the most long-polls at a time
 * @param watchInterval how often a long-poll looks into the log, for what another replica decides
 * @param retryAfter what a 503 asks the client to wait
 * @param queriesMax the most queries of the log for people at a time; as many again times ten may wait
 */
public record HttpSettings(
        int branchesMax,
        Duration deadlineMax,
        Duration aheadMax,
        Duration watchMax,
        int watchesMax,
        Duration watchInterval,
        Duration retryAfter,
        int queriesMax) {

    public HttpSettings {
        positive("branches-max", branchesMax);
        positive("deadline-max", deadlineMax.toMillis());
        positive("ahead-max", aheadMax.toMillis());
        positive("watch-max", watchMax.toMillis());
        positive("watches-max", watchesMax);
        positive("watch-interval", watchInterval.toMillis());
        positive("queries-max", queriesMax);
        if (retryAfter.toSeconds() < 1) {
            throw new IllegalArgumentException("retry-after '" + retryAfter + "' must be at least 1s");
        }
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " '" + value + "' must be greater than 0");
        }
    }
}
