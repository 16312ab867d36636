package io.assent.samples.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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
        return untilPresent(() -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), patience)
                .isPresent();
    }

    /** @return what was there at last, empty if it was not in time */
    static <T> Optional<T> untilPresent(Supplier<Optional<T>> wanted, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<T> found = wanted.get();
        while (found.isEmpty() && System.nanoTime() - deadline <= 0) {
            of(LOOK_AGAIN);
            found = wanted.get();
        }
        return found;
    }

    public static DemoException interrupted() {
        Thread.currentThread().interrupt();
        return new DemoException("interrupted");
    }
}
