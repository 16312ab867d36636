package io.assent;

import io.assent.api.Gtrid;
import io.assent.api.Problem;

/** Rollback was asked for, and the transaction has committed. */
public final class AlreadyCommittedException extends RequestRefusedException {

    private static final long serialVersionUID = 1L;

    AlreadyCommittedException(Gtrid gtrid, Problem problem) {
        super(gtrid, problem, "can't be rolled back, it has committed");
    }

    @Override
    boolean decidedNothing() {
        return false;
    }
}
