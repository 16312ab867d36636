package io.assent.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The SQLStates that matter here (PostgreSQL manual, appendix A). */
final class SqlStates {

    /** No prepared transaction of that name. */
    static final String UNDEFINED_OBJECT = "42704";

    /** With a prepared transaction: another session is ending it right now. */
    static final String NOT_IN_PREREQUISITE_STATE = "55000";

    /** No prepared statement of that name. */
    static final String INVALID_STATEMENT_NAME = "26000";

    static final String DUPLICATE_PREPARED_STATEMENT = "42P05";

    static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String INVALID_PARAMETER_VALUE = "22023";
    static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String CONNECTION_CLASS = "08";
    private static final String OPERATOR_INTERVENTION_CLASS = "57P";
    private static final int CAUSES_MAX = 20;

    private SqlStates() {}

    static boolean is(SQLException e, String state) {
        return state.equals(e.getSQLState());
    }

    /** Whether the connection is gone, so that nobody knows what became of the statement. */
    static boolean connectionLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith(CONNECTION_CLASS) || state.startsWith(OPERATOR_INTERVENTION_CLASS);
    }

    /** The first SQLException with the state among the throwable and its causes. */
    static @Nullable SQLException find(Throwable thrown, String state) {
        Throwable cause = thrown;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
            if (cause instanceof SQLException sql && is(sql, state)) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
