package io.assent.samples.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting. */
public final class Pause {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);

    private Pause() {}

    public static void of(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** @return whether the condition came true in time */
    public static boolean until(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            of(LOOK_AGAIN);
        }
        return true;
    }

    public static DemoException interrupted() {
        Thread.currentThread().interrupt();
        return new DemoException("interrupted");
    }
}
