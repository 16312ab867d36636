package io.assent.participant;

/** How a branch has ended, whatever it was told to do. Against the instruction it is a heuristic result. */
public enum Ending {
    COMMITTED,
    ROLLED_BACK,
    /** Nobody can tell any more. */
    UNKNOWN
}
