package io.assent.participant;

/**
 * What one sweep found and did.
 *
 * @param inDoubt branches found prepared whose deadline is over, or that the participant named
 * @param committed ended by this sweep
 * @param rolledBack ended by this sweep
 * @param pending undecided yet, unanswered, or not to be ended now: asked about again
 * @param heldForOperator the coordinator no longer knows them, and the policy is to hold
 * @param heuristic ended before, by somebody else, against the decision or nobody knows how
 * @param failure why the sweep could not be completed; empty if it could
 */
public record SweepReport(
        int inDoubt, int committed, int rolledBack, int pending, int heldForOperator, int heuristic, String failure) {

    /** Before the first sweep. */
    public static final SweepReport NONE = new SweepReport(0, 0, 0, 0, 0, 0, "");

    public boolean failed() {
        return !failure.isEmpty();
    }
}
