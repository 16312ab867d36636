package io.assent.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;

/** Names a branch within its participant. */
record BranchKey(Gtrid gtrid, Bqual bqual) {

    static BranchKey of(InDoubtBranch branch) {
        return new BranchKey(branch.gtrid(), branch.bqual());
    }
}
