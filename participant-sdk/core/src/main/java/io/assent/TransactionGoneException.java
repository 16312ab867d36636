package io.assent;

import io.assent.api.Gtrid;
import io.assent.api.Problem;

/** The transaction was over so long ago that the coordinator no longer knows how it ended (rule R15). */
public final class TransactionGoneException extends RequestRefusedException {

    private static final long serialVersionUID = 1L;

    TransactionGoneException(Gtrid gtrid, Problem problem) {
        super(gtrid, problem, "over, and its outcome is no longer known");
    }

    @Override
    boolean decidedNothing() {
        return false;
    }
}
