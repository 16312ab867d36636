package io.assent.api;

/**
 * Why a transaction aborted, as its row says.
 *
 * @param detail for people; at most 200 characters
 */
public record AbortReason(Code code, String detail) {

    public enum Code {
        /** A participant voted NO. */
        VOTED_NO,
        /** A participant gave no vote in time, or its answer was none. */
        NO_VOTE,
        /** The initiator asked for it. */
        ROLLBACK_REQUESTED,
        /** The deadline passed before commit was asked for or all votes were in. */
        DEADLINE_PASSED,
        /** A branch in doubt inquired after the deadline and there was no decision. */
        INQUIRED_AFTER_DEADLINE,
        /** A transaction begun over the HTTP API whose coordinator had lost its memory of it. */
        COORDINATOR_RESTARTED
    }

    public AbortReason {
        detail = BoundedText.cleaned(detail, Vote.TEXT_LENGTH_MAX);
    }
}
