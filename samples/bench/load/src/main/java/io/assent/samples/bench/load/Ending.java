package io.assent.samples.bench.load;

/** How a transaction ended. */
public enum Ending {
    COMMITTED,
    /** Rolled back everywhere, because a step was refused. */
    ABORTED
}
