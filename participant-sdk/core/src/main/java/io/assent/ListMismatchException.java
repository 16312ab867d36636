package io.assent;

import io.assent.api.Gtrid;
import io.assent.api.Problem;

/**
 * The transaction has committed, but with another list of branches than this request's (rule R9): two parties asked for
 * commit of one gtrid. The branches that are not in the decided list are rolled back.
 */
public final class ListMismatchException extends RequestRefusedException {

    private static final long serialVersionUID = 1L;

    ListMismatchException(Gtrid gtrid, Problem problem) {
        super(gtrid, problem, "committed before with another list of branches");
    }

    @Override
    boolean decidedNothing() {
        return false;
    }
}
