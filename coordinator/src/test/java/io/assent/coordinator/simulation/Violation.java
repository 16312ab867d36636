package io.assent.coordinator.simulation;

/** A promise that was broken. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    enum Promise {
        /** Nobody is told COMMIT or ABORT without a durable row that says so. */
        TOLD_BY_A_ROW,
        /** No two answers contradict each other. */
        NO_CONTRADICTION,
        /** A transaction is decided once. */
        ONE_DECISION,
        /** A client is told COMMITTED for exactly the list that it asked for, and no conflict about its own list. */
        TOLD_ITS_LIST,
        /** A branch commits only if a durable row says COMMIT and lists it; and once. */
        COMMITS_ONLY_LISTED,
        /** A listed branch of a commit does not roll back, unless somebody broke in. */
        ALIKE,
        /** A heuristic outcome is reported if and only if somebody broke in. */
        HEURISTIC_WITH_CAUSE,
        /** Absence is told only of what has no row and never will have one. */
        ABSENT_FOR_EVER,
        /** Nothing is sent before what it depends on is durable. */
        DURABLE_FIRST,
        /** In the end nothing is in doubt, unfinished or locked. */
        ENDS,
        /** The code under simulation threw. */
        NO_DEFECT
    }

    final Promise promise;
    final String about;

    Violation(Promise promise, String about, String what) {
        super(promise + ": " + (about.isEmpty() ? "" : about + ": ") + what);
        this.promise = promise;
        this.about = about;
    }
}
