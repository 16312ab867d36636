package io.assent.samples.torture;

import java.time.Duration;

/**
 * Something that breaks, and how it is mended.
 *
 * @param place where; two faults of one place can't be at once
 * @param detail for people
 * @param lasting from the end of the strike to the beginning of the healing
 */
record Fault(FaultKind kind, String place, String detail, Duration lasting, Runnable strike, Runnable heal) {

    @Override
    public String toString() {
        return kind + " " + detail + " for " + lasting.toMillis() + " ms";
    }
}
