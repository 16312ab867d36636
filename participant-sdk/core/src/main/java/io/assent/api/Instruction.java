package io.assent.api;

/**
 * What a participant is told to do with one branch.
 *
 * @param evidence the evidence that came with the branch's vote, or empty if the sender has none
 */
public record Instruction(Action action, Gtrid gtrid, Bqual bqual, String evidence) {

    public enum Action {
        /** Vote; prepare durably if the vote is PREPARED. */
        PREPARE,
        /** The decision is COMMIT and this branch is listed. */
        COMMIT,
        /** The decision is ABORT, or this branch is not listed. */
        ROLLBACK
    }
}
