package io.assent.postgres;

/** The database can't serve a participant as it is. The message says what to do about it. */
public final class StartException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    /** What is wrong with the database. */
    public enum Problem {
        UNREACHABLE,
        TOO_OLD,
        STANDBY,
        READ_ONLY,
        NO_PREPARED_TRANSACTIONS,
        NOT_DURABLE,
        MISSING_PRIVILEGE,
        OTHER_ROLE,
        CANNOT_PREPARE
    }

    StartException(Problem problem, String found, String remedy) {
        super(problem + ": " + found + ". Remedy: " + remedy);
        this.problem = problem;
    }

    StartException(Problem problem, String found, String remedy, Throwable cause) {
        super(problem + ": " + found + ". Remedy: " + remedy, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
