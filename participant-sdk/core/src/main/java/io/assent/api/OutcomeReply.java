package io.assent.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator answers to commit and rollback, always from a durable row (rule R4).
 *
 * @param reason why it aborted; null after COMMIT
 */
public record OutcomeReply(
        Gtrid gtrid,
        Decision decision,
        Applied applied,
        @Nullable AbortReason reason) {

    /** How far phase two had come when the reply was written. */
    public enum Applied {
        /** Every branch has confirmed. */
        YES,
        /** Some have not confirmed yet; the coordinator goes on. */
        PENDING,
        /** At least one branch ended against the decision, or nobody can tell; see its status. */
        HEURISTIC
    }

    public Optional<AbortReason> abortReason() {
        return Optional.ofNullable(reason);
    }
}
