package io.assent.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The query that goes before PREPARE TRANSACTION, in the same round trip, and brings the branch's evidence. To parse and to plan
 * it costs the server a third of all else that it does for a small branch, so a session that is met again gets it as a prepared
 * statement (PREPARE and EXECUTE as SQL: the driver itself prepares only texts that come again, and that of PREPARE TRANSACTION
 * is another each time). Not where sessions are not to be left with anything, see {@link LimitScope}.
 *
 * <p>Thread-safe; a session is used by one thread at a time.
 */
final class EndOfWork {

    /** synchronous_commit is only ever raised: a vote must survive (rule R7) wherever commits here must. */
    static final String LIMITS_AND_DURABILITY = SessionLimits.SHOWN + """
            , CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
                   THEN set_config('synchronous_commit', 'on', true) END
            """;

    /** A transaction without an xid gets one, so that what is prepared always has its evidence (rule R16). */
    private static final String EVIDENCE = "SELECT pg_current_xact_id()::text, " + LIMITS_AND_DURABILITY;

    private static final Logger LOG = LoggerFactory.getLogger(EndOfWork.class);

    /** Far more than a pool has; what comes beyond it gets no prepared statement. */
    private static final int SESSIONS_MAX = 10_000;

    private enum Form {
        PREPARED,
        SPELLED_OUT
    }

    private enum Session {
        /** Only if it is met again is it known by a name that stays: some pools give a new handle each time. */
        SEEN,
        /** The statement is on its way to it. */
        PREPARING,
        PREPARED,
        /** The statement may have arrived, or not. */
        UNSURE
    }

    /** Of its own for each participant: several may share a pool. */
    private final String name = "assent_" + UUID.randomUUID().toString().replace('-', '_');

    private final Map<Connection, Session> sessions = new WeakHashMap<>();
    private volatile Form form;

    private EndOfWork(Form form) {
        this.form = form;
    }

    /** For branches of a participant with these settings. */
    static EndOfWork of(PostgresSettings settings) {
        return new EndOfWork(settings.limitScope() == LimitScope.SESSION ? Form.PREPARED : Form.SPELLED_OUT);
    }

    /** For work that ends without a vote. */
    static EndOfWork ofLocalWork() {
        return new EndOfWork(Form.SPELLED_OUT);
    }

    /** The SQL for this session, up to where PREPARE TRANSACTION follows: one result with rows, at most one without before it. */
    String sql(Connection connection) throws SQLException {
        if (form == Form.SPELLED_OUT) {
            return EVIDENCE + "; ";
        }
        return switch (enter(SessionLimits.sessionOf(connection))) {
            case PREPARING -> "PREPARE " + name + " AS " + EVIDENCE + "; EXECUTE " + name + "; ";
            case PREPARED -> "EXECUTE " + name + "; ";
            case SEEN, UNSURE -> EVIDENCE + "; ";
        };
    }

    /** What {@link #sql} gave has been carried out. */
    void worked(Connection connection) throws SQLException {
        if (form == Form.PREPARED) {
            left(SessionLimits.sessionOf(connection), Session.PREPARED);
        }
    }

    /**
     * What {@link #sql} gave, or what came behind it, has failed. Where something makes sessions lose their prepared statements
     * (DISCARD ALL, a pooler between here and the server), that costs one branch its vote, and no second.
     */
    void failed(Connection connection, SQLException why) {
        if (form == Form.SPELLED_OUT) {
            return;
        }
        try {
            left(SessionLimits.sessionOf(connection), Session.UNSURE);
        } catch (SQLException e) {
            why.addSuppressed(e); // the session is gone with its connection
        }
        if (SqlStates.is(why, SqlStates.INVALID_STATEMENT_NAME)) {
            form = Form.SPELLED_OUT;
            LOG.warn("A session has lost a prepared statement, so none is used from now on: set limit-scope to"
                    + " TRANSACTION where sessions are reset, or shared with others between transactions");
        }
    }

    private synchronized Session enter(Connection session) {
        @Nullable Session known = sessions.get(session);
        if (known == null && sessions.size() >= SESSIONS_MAX) {
            return Session.SEEN;
        }
        Session now = known == null ? Session.SEEN : known == Session.SEEN ? Session.PREPARING : known;
        if (now != known) {
            sessions.put(session, now);
        }
        return now;
    }

    private synchronized void left(Connection session, Session now) {
        sessions.replace(session, Session.PREPARING, now);
    }
}
