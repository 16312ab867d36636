package io.assent.samples.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * What one kill came to.
 *
 * @param victim who was killed
 * @param inDoubt the transactions of the dead replica with a prepared branch
 * @param firstDecision from the kill until a client had the first answer about one of its transactions from another replica
 * @param resolved from the kill until none of those branches was left
 * @param belowHalf how long throughput stayed below half of that before
 * @param longestWait of a client for an answer, of those that waited after the kill
 * @param perSecondBefore commits before the kill
 */
record Measured(
        String victim,
        int inDoubt,
        Optional<Duration> firstDecision,
        Duration resolved,
        Duration belowHalf,
        Duration longestWait,
        double perSecondBefore) {}
