package io.assent.coordinator.engine;

import java.time.Duration;

/**
 * Bounds of the engine.
 *
 * @param undecidedMax the most transactions that are begun, voting or being decided here; more are refused
 * @param deliveringMax the most decided transactions that are kept in memory for delivery; more wait in the log
 * @param branchesMax the most branches of one transaction
 * @param votePatience how long votes are waited for at the most, if the deadline is not sooner
 * @param decisionPatience how long a request waits for the decision before it is answered "unknown"
 * @param appliedWaitMax the longest wait for APPLIED that a request may ask for
 */
public record EngineSettings(
        int undecidedMax,
        int deliveringMax,
        int branchesMax,
        Duration votePatience,
        Duration decisionPatience,
        Duration appliedWaitMax) {

    public EngineSettings {
        positive("undecidedMax", undecidedMax);
        positive("deliveringMax", deliveringMax);
        positive("branchesMax", branchesMax);
        positive("votePatience", votePatience.toMillis());
        positive("decisionPatience", decisionPatience.toMillis());
        positive("appliedWaitMax", appliedWaitMax.toMillis());
    }

    /** The documented defaults. */
    public static EngineSettings defaults() {
        return new EngineSettings(
                20_000, 50_000, 128, Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " '" + value + "' must be greater than 0");
        }
    }
}
