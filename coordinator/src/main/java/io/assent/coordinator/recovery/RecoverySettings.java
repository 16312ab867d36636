package io.assent.coordinator.recovery;

import java.time.Duration;

/**
 * @param interval from the end of one sweep to the start of the next, less what the first has waited for room in memory; and how
 *     long it waits at most while deliveries make no room
 * @param page how many transactions are read at a time
 * @param handOver how long a decided transaction is left to the replica that decided it, as long as that is alive; after that
 *     its owner finishes it
 * @param backUpAfter when the next replica after the owner tries too, in case that the owner does not reach a participant
 */
public record RecoverySettings(Duration interval, int page, Duration handOver, Duration backUpAfter) {

    public RecoverySettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("recovery interval '" + interval + "' must be greater than 0");
        }
        if (page <= 0) {
            throw new IllegalArgumentException("recovery page '" + page + "' must be greater than 0");
        }
        if (handOver.isNegative()) {
            throw new IllegalArgumentException("recovery handOver '" + handOver + "' must be 0 or more");
        }
        if (backUpAfter.compareTo(handOver) < 0) {
            throw new IllegalArgumentException(
                    "recovery backUpAfter '" + backUpAfter + "' must be at least the hand-over of " + handOver);
        }
    }

    public static RecoverySettings defaults() {
        return new RecoverySettings(Duration.ofSeconds(5), 1000, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }
}
