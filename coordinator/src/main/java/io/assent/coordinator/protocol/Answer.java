package io.assent.coordinator.protocol;

import io.assent.api.BranchId;
import io.assent.api.OutcomeReply.Applied;
import java.util.List;

/** What a request is answered. Every one that tells an outcome carries the row that says so (rule R4). */
public sealed interface Answer {

    record Begun() implements Answer {}

    record Enlisted(int branches) implements Answer {}

    /** The outcome. */
    record Told(DecisionRow row, Applied applied) implements Answer {}

    /** Committed, but with another list than the one this request asked for (rule R9). */
    record ListMismatch(List<BranchId> requested, DecisionRow row) implements Answer {}

    /** The list in the request is not the one that was enlisted; nothing has been decided. */
    record NotTheEnlisted(List<BranchId> requested, List<BranchId> enlisted) implements Answer {}

    /** It has been begun before. */
    record AlreadyBegun() implements Answer {}

    /** Enlist or begin after the transaction went on to be decided. */
    record AlreadyDeciding() implements Answer {}

    /** Enlist into a transaction of which this replica knows nothing. */
    record NotBegun() implements Answer {}

    /** More branches than a transaction may have. */
    record TooManyBranches(int branches, int branchesMax) implements Answer {}

    /** Below the floor: over, and no longer known (rule R15). */
    record Gone() implements Answer {}

    /** Nobody knows the outcome yet; the same request may be repeated. */
    record Unknown() implements Answer {}

    /** Not taken; nothing has been done. */
    record Refused(Why why) implements Answer {}

    enum Why {
        /** As many transactions are in flight as the limit allows. */
        OVERLOADED,
        /** This replica is shutting down. */
        SHUTTING_DOWN
    }
}
