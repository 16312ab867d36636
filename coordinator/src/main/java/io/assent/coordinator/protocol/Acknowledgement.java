package io.assent.coordinator.protocol;

/** How a branch answered to the decision. Only these end its delivery; anything else is repeated. */
public sealed interface Acknowledgement {

    /** It did as it was told, or had done so before. */
    record Applied() implements Acknowledgement {}

    /** It ended against the decision, or nobody can tell. */
    record Heuristic(Kind kind, String detail) implements Acknowledgement {}

    enum Kind {
        /** The decision is COMMIT, the branch rolled back. */
        HEURISTIC_ROLLBACK,
        /** The decision is ABORT, the branch committed. */
        HEURISTIC_COMMIT,
        /** Nobody can tell. */
        HEURISTIC_HAZARD
    }
}
