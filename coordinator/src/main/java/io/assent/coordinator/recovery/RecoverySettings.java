package io.assent.coordinator.recovery;

import java.time.Duration;

/**
 * @param interval from the end of one sweep to the start of the next
 * @param page how many transactions are read at a time
 */
public record RecoverySettings(Duration interval, int page) {

    public RecoverySettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("recovery interval '" + interval + "' must be greater than 0");
        }
        if (page <= 0) {
            throw new IllegalArgumentException("recovery page '" + page + "' must be greater than 0");
        }
    }

    public static RecoverySettings defaults() {
        return new RecoverySettings(Duration.ofSeconds(5), 1000);
    }
}
