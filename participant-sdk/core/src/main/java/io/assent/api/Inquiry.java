package io.assent.api;

/** A participant's question about one of its branches in doubt. */
public record Inquiry(Gtrid gtrid, Bqual bqual, Deadline deadline) {

    /** What the asking participant says of the transaction's deadline, by its own clock. */
    public enum Deadline {
        /** Not over: a transaction without a decision is answered PENDING. */
        RUNNING,
        /** Over: a transaction without a decision is aborted now. */
        PASSED
    }

    /** The coordinator's answer. */
    public record Answer(Gtrid gtrid, Bqual bqual, Verdict verdict) {}

    public enum Verdict {
        /** The row says COMMIT and lists the branch. */
        COMMIT,
        /** The row says ABORT, or says COMMIT and does not list the branch. */
        ABORT,
        /** No row yet and the deadline is not over; or the log can't be reached now. Ask again. */
        PENDING,
        /**
         * No row, and the id lies below the pruning floor: whatever was decided was carried out or is over long ago
         * (rule R15). Roll back, unless the database may have been restored from a backup (rule R19).
         */
        ABSENT
    }
}
