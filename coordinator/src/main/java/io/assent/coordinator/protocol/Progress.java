package io.assent.coordinator.protocol;

/** What the log knows of phase two of a decided transaction. */
public enum Progress {
    /** Some branch may not have acknowledged; the log tracks it. */
    UNFINISHED,
    /** Every branch that had to be told has acknowledged. */
    FINISHED,
    /** As FINISHED, and for at least one branch a heuristic outcome is recorded. */
    HEURISTIC
}
