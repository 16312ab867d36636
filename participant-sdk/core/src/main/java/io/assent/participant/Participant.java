package io.assent.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Vote;
import java.util.List;

/**
 * Anything that can take part in a transaction and is no database: a queue, a file store, a remote system with
 * reservations. Plugged in by {@link BranchResource#of(Participant)}.
 *
 * <p>Every method may be called late, twice, by several threads at once, and after a crash of either side. An exception
 * from any of them says "not now": the caller is told to ask again, and nothing is concluded about the branch.
 */
public interface Participant {

    /**
     * Votes on a branch. PREPARED means: durably prepared, able to commit and to roll back, until told which, whatever
     * happens (rule R7). A branch that is not known, or was rolled back, gets NO (rule R6).
     */
    Vote prepare(Gtrid gtrid, Bqual bqual) throws Exception;

    /**
     * Commits a prepared branch, durably.
     *
     * @param evidence what came with the branch's vote, or empty
     * @return how the branch has ended: {@link Ending#COMMITTED} only if it has just been committed or can be shown to
     *     have committed before (rule R16)
     */
    Ending commit(Gtrid gtrid, Bqual bqual, String evidence) throws Exception;

    /**
     * Rolls a branch back, prepared or not. A branch that is not known has nothing to roll back: that is
     * {@link Ending#ROLLED_BACK}.
     *
     * @param evidence what came with the branch's vote, or empty
     */
    Ending rollback(Gtrid gtrid, Bqual bqual, String evidence) throws Exception;

    /** The branches that are prepared and not yet ended, also those of an earlier run of this service. */
    List<InDoubtBranch> inDoubt() throws Exception;
}
