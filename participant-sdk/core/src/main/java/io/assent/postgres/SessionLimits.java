package io.assent.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The server-side limits on a branch: how long it waits for a lock, and how long it may stand idle. Under
 * {@link LimitScope#SESSION} it remembers which sessions have them. The work, or somebody else on the same pool, may
 * change what a session has: a branch looks at its end, unless that was seen a moment ago ({@link EndOfWork}), and has a session
 * {@link #forget forgotten} that has not.
 *
 * <p>Thread-safe.
 */
final class SessionLimits {

    /** How a statement reads the limits, as text to compare. */
    static final String SHOWN =
            "current_setting('lock_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout')";

    private static final String SET = "SELECT set_config('lock_timeout', ?, %1$s) || ' '"
            + " || set_config('idle_in_transaction_session_timeout', ?, %1$s)";
    private static final String SET_FOR_SESSION = SET.formatted("false");
    private static final String SET_FOR_TRANSACTION = SET.formatted("true");

    /** Far more than a pool has; beyond it all are forgotten and set anew. */
    private static final int SESSIONS_MAX = 10_000;

    private final LimitScope scope;
    private final String lock;
    private final String idle;
    private final Map<Connection, String> bySession = new WeakHashMap<>();

    SessionLimits(PostgresSettings settings) {
        this.scope = settings.limitScope();
        this.lock = millis(settings.lockTimeout());
        this.idle = millis(settings.idleTimeout());
    }

    /**
     * On a connection in autocommit, before a transaction: sets what is to stay with the session, unless it is there.
     *
     * @return what {@link #SHOWN} gives at the end of the transaction if nobody has changed it
     */
    String beforeTransaction(Connection connection) throws SQLException {
        if (scope != LimitScope.SESSION) {
            return "";
        }
        Connection session = sessionOf(connection);
        String shown = known(session);
        if (shown == null) {
            shown = set(connection, SET_FOR_SESSION);
            remember(session, shown);
        }
        return shown;
    }

    /** As the first thing in a transaction: sets what goes with it. */
    void inTransaction(Connection connection) throws SQLException {
        if (scope == LimitScope.TRANSACTION) {
            String unused = set(connection, SET_FOR_TRANSACTION);
        }
    }

    /** The session does not have the limits any more. */
    void forget(Connection connection) throws SQLException {
        if (scope == LimitScope.SESSION) {
            remove(sessionOf(connection));
        }
    }

    private String set(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, lock);
            statement.setString(2, idle);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** The driver's connection behind the pool's handle. A pool that hides it costs a round trip per branch. */
    static Connection sessionOf(Connection connection) throws SQLException {
        return connection.isWrapperFor(Connection.class) ? connection.unwrap(Connection.class) : connection;
    }

    private synchronized @Nullable String known(Connection session) {
        return bySession.get(session);
    }

    private synchronized void remember(Connection session, String shown) {
        if (bySession.size() >= SESSIONS_MAX) {
            bySession.clear();
        }
        bySession.put(session, shown);
    }

    private synchronized void remove(Connection session) {
        bySession.remove(session);
    }

    private static String millis(Duration duration) {
        return Math.min(Integer.MAX_VALUE, Math.max(1, duration.toMillis())) + "ms";
    }
}
