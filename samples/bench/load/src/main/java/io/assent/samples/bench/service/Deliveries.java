package io.assent.samples.bench.service;

import java.time.Clock;

/** How many instructions came for branches that do nothing, and when the first and the last did. Thread-safe. */
final class Deliveries {

    private final Clock clock;
    private long count;
    private long firstMillis;
    private long lastMillis;

    Deliveries(Clock clock) {
        this.clock = clock;
    }

    synchronized void came(int instructions) {
        lastMillis = clock.millis();
        if (count == 0) {
            firstMillis = lastMillis;
        }
        count += instructions;
    }

    /** Count, first and last in milliseconds since 1970, separated by spaces. */
    synchronized String seen() {
        return count + " " + firstMillis + " " + lastMillis;
    }

    synchronized void forget() {
        count = 0;
    }
}
