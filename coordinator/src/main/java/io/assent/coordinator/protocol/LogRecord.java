package io.assent.coordinator.protocol;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import java.time.Duration;
import java.util.List;

/** What is to be made durable. Each comes back to the conversation as an event when it is. */
public sealed interface LogRecord {

    /** Comes back as {@link Event.Decided}, {@link Event.FoundBelowFloor} or {@link Event.ProposalRefused}. */
    record Propose(Proposal proposal) implements LogRecord {}

    /** Comes back as {@link Event.IntentRecorded} (rule R23). */
    record RecordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining) implements LogRecord {}

    /** Comes back as {@link Event.HeuristicRecorded}. */
    record RecordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic)
            implements LogRecord {}
}
