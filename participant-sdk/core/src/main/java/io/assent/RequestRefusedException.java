package io.assent;

import io.assent.api.Gtrid;
import io.assent.api.Problem;

/**
 * The coordinator refused the request, and repeating it will not help. Unless a subclass says otherwise the request
 * decided nothing; the transaction can still be rolled back, and else aborts at its deadline.
 */
public non-sealed class RequestRefusedException extends AssentException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    RequestRefusedException(Gtrid gtrid, Problem problem, String meaning) {
        super(gtrid, "transaction " + gtrid + ": " + meaning + ": " + problem);
        this.problem = problem;
    }

    static RequestRefusedException of(Gtrid gtrid, Problem problem) {
        return switch (problem.code()) {
            case "LIST_MISMATCH" -> new ListMismatchException(gtrid, problem);
            case "ALREADY_COMMITTED" -> new AlreadyCommittedException(gtrid, problem);
            case "GONE" -> new TransactionGoneException(gtrid, problem);
            default -> new RequestRefusedException(gtrid, problem, "the coordinator refused the request");
        };
    }

    /** Whether the transaction is as undecided as before. */
    boolean decidedNothing() {
        return true;
    }

    /** What the coordinator found wrong: code, field, value and remedy. */
    public Problem problem() {
        return problem;
    }
}
