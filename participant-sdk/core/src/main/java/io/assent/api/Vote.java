package io.assent.api;

/** A participant's vote on one branch. */
public sealed interface Vote {

    /** The longest evidence or reason that is kept, in characters. */
    int TEXT_LENGTH_MAX = 200;

    /**
     * The branch is durably prepared: it can still commit and can still roll back, whatever happens, until it is told
     * (rule R7).
     *
     * @param evidence what the participant can show later for having committed; for PostgreSQL the branch's
     *     {@code xid8} in decimal. Empty if it has none. At most 200 characters.
     */
    record Prepared(String evidence) implements Vote {
        public Prepared {
            if (evidence.length() > TEXT_LENGTH_MAX || !BoundedText.isClean(evidence)) {
                throw new MalformedException(
                        "evidence", evidence, "must have at most 200 characters, none of them control");
            }
        }
    }

    /** The branch wrote nothing and has already ended; there is no phase two for it (rules R20, R21). */
    record ReadOnly() implements Vote {}

    /** The branch can't commit and has rolled back, or is unknown to the participant (rule R6). */
    record No(String reason) implements Vote {
        public No {
            reason = BoundedText.cleaned(reason, TEXT_LENGTH_MAX);
        }
    }
}
