package io.assent.micronaut;

import java.sql.SQLException;

/**
 * A branch could not be begun, or its work or its vote failed in the database: it voted NO. The cause says why, for
 * instance {@link io.assent.postgres.LockTimeoutException}.
 */
public final class BranchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BranchFailedException(SQLException cause) {
        super(cause.getMessage(), cause);
    }
}
