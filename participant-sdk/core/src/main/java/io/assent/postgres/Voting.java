package io.assent.postgres;

/** When a branch votes. */
public enum Voting {
    /**
     * When the work returns: it is prepared before the reply leaves, the vote travels with the reply, the connection
     * goes back to the pool, and any instance of the service can finish the branch. One round trip less, locks held
     * until the outcome. Every execution is a branch of its own.
     */
    ON_RETURN,
    /**
     * When the coordinator asks. The connection is held until then, and all work of one transaction that reaches this
     * instance is one branch, which sees what it wrote before. The participant URL must lead to this very instance.
     */
    ON_PREPARE
}
