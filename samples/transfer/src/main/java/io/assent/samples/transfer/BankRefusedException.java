package io.assent.samples.transfer;

import io.assent.api.Gtrid;

/** A bank did not do its part. Thrown inside the transaction, it rolls back what the other bank did. */
final class BankRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Gtrid gtrid;
    private final transient BankProblem problem;

    BankRefusedException(Gtrid gtrid, BankProblem problem, Throwable cause) {
        super(problem.code() + ": " + problem.detail(), cause);
        this.gtrid = gtrid;
        this.problem = problem;
    }

    Gtrid gtrid() {
        return gtrid;
    }

    BankProblem problem() {
        return problem;
    }
}
