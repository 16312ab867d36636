package io.assent.coordinator.testing;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * Runs a class whose operations are marked in two threads with Lincheck's model checker, which decides at each access to shared
 * memory who goes on (JetBrains, "Lincheck: A Practical Framework for Testing Concurrent Data Structures on JVM", CAV 2023). Every
 * result must be one that the same calls have one after the other.
 */
public final class Interleavings {

    /** Sequences of calls that are tried. */
    private static final int SCENARIOS = 6;

    /** Interleavings of each. */
    private static final int INTERLEAVINGS = 120;

    private static final int THREADS = 2;
    private static final int CALLS = 3;

    private Interleavings() {}

    /** @throws org.jetbrains.lincheck.LincheckAssertionError with the calls and the interleaving that show a race */
    public static void check(Class<?> operations) {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(THREADS)
                .actorsPerThread(CALLS)
                .actorsBefore(0)
                .actorsAfter(1)
                .check(operations);
    }
}
