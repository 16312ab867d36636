package io.assent.coordinator.protocol;

import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What happens to a conversation. */
public sealed interface Event {

    /** A client without the SDK begins. */
    record Begun(Duration remaining, Map<String, String> labels, long ticket) implements Event {}

    /** A client without the SDK names branches. */
    record EnlistRequested(List<Branch> branches, long ticket) implements Event {
        public EnlistRequested {
            branches = List.copyOf(branches);
        }
    }

    /** @param patience how long to wait for votes at the most */
    record CommitRequested(CommitRequest request, Duration patience, long ticket) implements Event {}

    record RollbackRequested(RollbackRequest request, long ticket) implements Event {}

    /** A branch in doubt asks, and the deadline is over by its clock. */
    record InquiredAfterDeadline(String inquirer, long ticket) implements Event {}

    /**
     * An intent is durable.
     *
     * @param branches of that intent: the record of an earlier request may land late, and says nothing of a later list
     */
    record IntentRecorded(List<ListedBranch> branches) implements Event {
        public IntentRecorded {
            branches = List.copyOf(branches);
        }
    }

    record Voted(BranchId branch, Vote vote) implements Event {}

    /** The time that was armed with {@link Command.ArmDeadline} is over. */
    record DeadlinePassed() implements Event {}

    /** The winning row is known. */
    record Decided(DecisionRow row, Progress progress) implements Event {}

    /** The log refuses the id: it lies below the pruning floor (rule R11). */
    record FoundBelowFloor() implements Event {}

    /** The log did not take the proposal, or can't read the row that won; the outcome is unknown here. */
    record ProposalRefused() implements Event {}

    record Acknowledged(BranchId branch, Acknowledgement acknowledgement) implements Event {}

    /** A heuristic outcome is durable. */
    record HeuristicRecorded(BranchId branch) implements Event {}

    /** The client does not want to wait for APPLIED any longer: the decision is enough. */
    record WaitEnded(long ticket) implements Event {}

    /** The client is to have an answer now, even if nobody knows the outcome yet. */
    record PatienceEnded(long ticket) implements Event {}

    /** Recovery found an intent that is past its deadline. */
    record IntentFound(List<ListedBranch> branches) implements Event {
        public IntentFound {
            branches = List.copyOf(branches);
        }
    }

    /**
     * The branch was told ABORT as often as is worth it. Its participant inquires by itself, so nothing is lost: the
     * delivery of ABORT only saves it the wait.
     */
    record DeliveryAbandoned(BranchId branch) implements Event {}

    /** An operator wants what is still to be delivered to be tried now. */
    record RetryRequested() implements Event {}
}
