package io.assent.coordinator.protocol;

import io.assent.api.BranchId;
import io.assent.api.Inquiring;

/**
 * A branch as a decision row lists it.
 *
 * @param evidence what came with its vote, empty if none
 */
public record ListedBranch(BranchId id, Inquiring inquiring, PhaseTwo phaseTwo, String evidence) {

    /** Whether the decision is carried to the branch. */
    public enum PhaseTwo {
        /** It is told, until it has acknowledged. */
        TOLD,
        /** It voted READ_ONLY: it stays in the list, but there is nothing to tell it (rule R20). */
        READ_ONLY,
        /** It was asked, voted NO and has rolled back: there is nothing to tell it. Only in ABORT rows. */
        VOTED_NO
    }

    public boolean isTold() {
        return phaseTwo == PhaseTwo.TOLD;
    }

    ListedBranch with(PhaseTwo newPhaseTwo, String newEvidence) {
        return new ListedBranch(id, inquiring, newPhaseTwo, newEvidence);
    }
}
