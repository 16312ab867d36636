package io.assent.coordinator.protocol;

import io.assent.api.AbortReason;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.Conversation.Deciding;
import io.assent.coordinator.protocol.Conversation.Intent;
import java.util.List;
import java.util.Map;

/** A proposal to abort in the making. May be proposed at any time, by anybody, for any reason. */
record Abort(Gtrid gtrid, List<ListedBranch> known, AbortReason reason, Map<String, String> labels, Intent intent) {

    private static final AbortReason UNSAID = new AbortReason(AbortReason.Code.ROLLBACK_REQUESTED, "");

    static Abort of(Gtrid gtrid, List<ListedBranch> known) {
        return new Abort(gtrid, known, UNSAID, Map.of(), Intent.NONE);
    }

    /** An initiator that rolls back because of a NO says so by its list; the row then names the cause and not the messenger. */
    static AbortReason reason(RollbackRequest request) {
        for (Branch branch : request.branches()) {
            if (branch.vote() instanceof Vote.No no) {
                return votedNo(branch.id(), no.reason());
            }
        }
        return new AbortReason(AbortReason.Code.ROLLBACK_REQUESTED, request.reason());
    }

    static AbortReason votedNo(BranchId branch, String reason) {
        return new AbortReason(
                AbortReason.Code.VOTED_NO, reason.isEmpty() ? branch.toString() : reason + " (" + branch + ")");
    }

    Abort because(AbortReason.Code code, String detail) {
        return because(new AbortReason(code, detail));
    }

    Abort because(AbortReason newReason) {
        return new Abort(gtrid, known, newReason, labels, intent);
    }

    Abort labelled(Map<String, String> newLabels) {
        return new Abort(gtrid, known, reason, newLabels, intent);
    }

    Abort holding(Intent newIntent) {
        return new Abort(gtrid, known, reason, labels, newIntent);
    }

    Step propose(List<Waiter> waiters) {
        Proposal proposal = new Proposal(gtrid, Decision.ABORT, known, reason, labels);
        return Step.to(new Deciding(gtrid, known, intent, waiters)).persisting(new LogRecord.Propose(proposal));
    }
}
