package io.assent.coordinator.adapter.postgres;

import java.util.UUID;

/**
 * Which log of which set a database is.
 *
 * @param set the common id of the logs that were set up together
 * @param number from 1
 * @param count how many logs the set has
 */
record LogPlace(UUID set, int number, int count) {

    LogPlace {
        if (number < 1 || number > count) {
            throw new IllegalArgumentException("number '" + number + "' must be 1 to " + count);
        }
    }

    boolean isAlone() {
        return count == 1;
    }

    @Override
    public String toString() {
        return "log " + number + " of " + count + " (set " + set + ")";
    }
}
