package io.assent.coordinator.protocol;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import java.time.Duration;
import java.util.List;

/** What is to be sent, after everything in {@link Step#persist} is durable. */
public sealed interface Command {

    /** Ask the branch for its vote, again and again until it has voted or the conversation is decided. */
    record AskVote(ListedBranch branch) implements Command {}

    /** Carry the decision to the branch, again and again until it has acknowledged. */
    record Deliver(ListedBranch branch, Decision decision) implements Command {}

    /** Send {@link Event.DeadlinePassed} after this long. Of several the earliest counts. */
    record ArmDeadline(Duration after) implements Command {}

    /** Answer the request with this ticket. */
    record Reply(long ticket, Answer answer) implements Command {}

    /** Every branch has acknowledged: the log need not track the transaction any longer. Losing this costs a repeat. */
    record NoteFinished(DecisionRow row) implements Command {}

    /**
     * These branches are resolved; an intent that names no others may go (rule R23). Losing this costs a repeat.
     */
    record DropIntent(Gtrid gtrid, List<BranchId> resolved) implements Command {
        public DropIntent {
            resolved = List.copyOf(resolved);
        }
    }
}
