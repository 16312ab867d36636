package io.assent.postgres;

import java.sql.SQLException;

/**
 * A statement of a branch waited for a lock longer than the lock timeout. The message says whether earlier branches of
 * the same transaction are prepared here, whose locks can't go before the outcome.
 */
public final class LockTimeoutException extends SQLException {

    private static final long serialVersionUID = 1L;

    LockTimeoutException(String message, SQLException cause) {
        super(message, cause.getSQLState(), cause.getErrorCode(), cause);
    }
}
