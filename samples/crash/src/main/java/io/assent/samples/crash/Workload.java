package io.assent.samples.crash;

/** The kinds of transactions that are run; together they reach every crash point and every message. */
enum Workload {
    /** Money moves from a bank that votes on return to one that votes when asked, by a service with the SDK. */
    TRANSFER,
    /** The second bank refuses, so that the first is rolled back. */
    REFUSED,
    /** Begun and enlisted by hand over two replicas, with a participant that can't inquire. */
    BY_HAND,
    /** The initiator vanishes after the work: the branch asks. */
    LEFT_ALONE,
    /** Somebody ends a prepared branch by hand, and an operator acknowledges it. */
    HEURISTIC
}
