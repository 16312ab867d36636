package io.assent.coordinator.simulation;

/**
 * A rule of docs/PROTOCOL.md that a simulation leaves out, to show that it finds out. Only what stands in for the outside
 * breaks rules: the log, the network side of the gateway, the databases, the clients.
 */
enum Mutation {
    FIRST_WINS("R1", "the log overwrites a row"),
    READ_BACK("R2", "whoever lost takes its own proposal for the row"),
    NO_INFER("R3", "a lost reply of the log is taken for a failed commit"),
    ROW_FIRST("R4", "a proposal is taken for the row before it is sent"),
    VOTE_ALL("R5", "a missing or negative vote leads to COMMIT all the same"),
    VOTE_TRUTH("R6", "a participant votes PREPARED for a branch that it does not have"),
    PREP_STABLE("R7", "a restart rolls back what is prepared"),
    LIST_CHECK("R8", "COMMIT is told to whoever asks"),
    LIST_MATCH("R9", "COMMITTED is told to a client that asked for another list"),
    FRESH_IDS("R10", "executions of the same work share a bqual"),
    FLOOR("R11", "the insert does not look at the floor"),
    FENCE("R12", "raising the floor waits for nobody"),
    ONE_SNAP("R13", "row and floor are read one after the other"),
    PRUNE_ACKED("R14", "rows go although branches have not acknowledged"),
    PRUNE_RET("R14", "rows go before they are below the floor"),
    ABSENT_LATE("R15", "no row means absence before the floor says so"),
    CLIENT_GONE("R15", "a client is told ABORT from absence"),
    ACK_EVIDENCE("R16", "a participant acknowledges COMMIT without proof"),
    SYNC_REP("R17", "the log acknowledges before the standby has it"),
    DUR_READ("R18", "a row is believed without a write that confirms it"),
    RESTORE_HOLD("R19", "a restored database takes absence for ABORT"),
    RO_MARK("R20", "read-only voters are told COMMIT"),
    LIST_FULL("R20", "read-only voters are left out of the list"),
    RO_NO_WRITES("R21", "a branch that wrote votes READ_ONLY"),
    VOTE_PER("R22", "a participant that does not answer counts as PREPARED"),
    EARLY_TRUE("R22", "a client names votes that nobody gave"),
    INTENT_FIRST("R23", "prepare goes out before the intent is durable"),
    INTENT_KEEP("R23", "the intent goes with the decision"),
    NO_EARLY_N("R23", "a participant that can't inquire prepares on its own"),
    DONE_OK("R24", "committed, in reply to ABORT by absence, counts as divergence");

    final String rule;
    final String does;

    Mutation(String rule, String does) {
        this.rule = rule;
        this.does = does;
    }
}
