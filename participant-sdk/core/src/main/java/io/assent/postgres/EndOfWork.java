package io.assent.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The query that goes before PREPARE TRANSACTION, in the same round trip, and brings the branch's evidence. It is a seventh of all
 * that a small branch costs (docs/PERFORMANCE.md, section 5). So a session that is met again gets it as a prepared statement
 * (PREPARE and EXECUTE as SQL: the driver itself prepares only texts that come again, and that of PREPARE TRANSACTION is another
 * each time; not where sessions are not to be left with anything, see {@link LimitScope}). And a session of which all was seen to
 * be well is asked for the evidence alone for {@link #TRUSTED_FOR_NANOS}.
 *
 * <p>Thread-safe; a session is used by one thread at a time.
 */
final class EndOfWork {

    /** synchronous_commit is only ever raised: a vote must survive (rule R7) wherever commits here must. */
    static final String LIMITS_AND_DURABILITY = SessionLimits.SHOWN + """
            , CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
                   THEN set_config('synchronous_commit', 'on', true) END
            """;

    /**
     * For how long nobody looks whether a session has its limits still, and whether there are synchronous standbys now. Work with
     * SQL that names such a setting ({@link SqlWords}) is looked at in any case, so this is about what a function of the server
     * sets, or somebody else on the same pool. A session that was once found without its limits is looked at each time.
     */
    static final long TRUSTED_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(EndOfWork.class);

    /** Far more than a pool has; what comes beyond it gets no prepared statement. */
    private static final int SESSIONS_MAX = 10_000;

    /** How much the query looks at. A transaction without an xid gets one, so that what is prepared always has its evidence (rule R16). */
    enum Look {
        EVIDENCE("SELECT pg_current_xact_id()::text"),
        /**
         * The limits of the session too, and synchronous_commit is raised where it has to be. PREPARE TRANSACTION waits for the
         * disk whatever that setting says, so without synchronous standbys it makes no difference to a vote.
         */
        WHOLE(EVIDENCE.sql + ", " + LIMITS_AND_DURABILITY + ", current_setting('synchronous_standby_names') = ''");

        private final String sql;

        Look(String sql) {
            this.sql = sql;
        }
    }

    /**
     * @param look what the row has: the evidence; and of the whole what {@link SessionLimits#SHOWN} gives second, and fourth
     *     whether there are no synchronous standbys
     * @param sql up to where PREPARE TRANSACTION follows: one result with rows, at most one without before it
     */
    record Query(Look look, String sql) {}

    /** What a session was seen to be. */
    enum Seen {
        WELL,
        NOT_LOOKED_AT,
        /** A vote has to wait for them, so synchronous_commit is to be looked at each time. */
        WITH_STANDBYS,
        WITHOUT_LIMITS;

        /** @param limits whether the row has the limits that the session was given */
        static Seen in(Query query, ResultSet row, Predicate<String> limits) throws SQLException {
            if (query.look != Look.WHOLE) {
                return NOT_LOOKED_AT;
            }
            if (!limits.test(row.getString(2))) {
                return WITHOUT_LIMITS;
            }
            return row.getBoolean(4) ? WELL : WITH_STANDBYS;
        }
    }

    private enum Form {
        PREPARED,
        SPELLED_OUT
    }

    private enum Statement {
        /** On its way to the session. */
        PREPARING,
        PREPARED,
        /** It may have arrived, or not. */
        UNSURE
    }

    /** A session that was met before; from then on it is known to have a name that stays, for some pools give a new handle each time. */
    private static final class Session {
        private final Map<Look, Statement> statements = new EnumMap<>(Look.class);
        private Seen seen = Seen.NOT_LOOKED_AT;
        private long seenNanos;
    }

    /** Of its own for each participant: several may share a pool. */
    private final String name = "assent_" + UUID.randomUUID().toString().replace('-', '_') + "_";

    private final Map<Connection, Session> sessions = new WeakHashMap<>();
    private final LongSupplier nanoClock;
    private volatile Form form;

    private EndOfWork(Form form, LongSupplier nanoClock) {
        this.form = form;
        this.nanoClock = nanoClock;
    }

    /** For branches of a participant with these settings. */
    static EndOfWork of(PostgresSettings settings) {
        return of(settings, System::nanoTime);
    }

    static EndOfWork of(PostgresSettings settings, LongSupplier nanoClock) {
        return new EndOfWork(settings.limitScope() == LimitScope.SESSION ? Form.PREPARED : Form.SPELLED_OUT, nanoClock);
    }

    /** For work that ends without a vote. */
    static EndOfWork ofLocalWork() {
        return new EndOfWork(Form.SPELLED_OUT, System::nanoTime);
    }

    /** @param least what has to be looked at for the sake of the work that ends */
    Query query(Connection connection, Look least) throws SQLException {
        return form == Form.SPELLED_OUT ? spelledOut(Look.WHOLE) : enter(SessionLimits.sessionOf(connection), least);
    }

    /** The query has been carried out. */
    void worked(Connection connection, Query query, Seen seen) throws SQLException {
        if (form == Form.PREPARED) {
            left(SessionLimits.sessionOf(connection), query.look, seen);
        }
    }

    /**
     * The query, or what came behind it, has failed. Where something makes sessions lose their prepared statements
     * (DISCARD ALL), or share them (a pooler between here and the server), that costs the branches under way their votes, and no others.
     */
    void failed(Connection connection, SQLException why) {
        if (form == Form.SPELLED_OUT) {
            return;
        }
        try {
            doubt(SessionLimits.sessionOf(connection));
        } catch (SQLException | RuntimeException e) {
            // The session is gone with its connection; of a pool's handle that is closed not even the hash code can be
            // had.
            why.addSuppressed(e);
        }
        if (SqlStates.is(why, SqlStates.INVALID_STATEMENT_NAME)
                || SqlStates.is(why, SqlStates.DUPLICATE_PREPARED_STATEMENT)) {
            form = Form.SPELLED_OUT;
            LOG.warn("A session has lost a prepared statement, or has that of another one, so none is used from now"
                    + " on: set limit-scope to TRANSACTION where sessions are reset, or shared between transactions");
        }
    }

    private synchronized Query enter(Connection connection, Look least) {
        @Nullable Session session = sessions.get(connection);
        if (session == null) {
            if (sessions.size() < SESSIONS_MAX) {
                sessions.put(connection, new Session());
            }
            return spelledOut(Look.WHOLE);
        }
        boolean trusted = session.seen == Seen.WELL && nanoClock.getAsLong() - session.seenNanos < TRUSTED_FOR_NANOS;
        Look look = trusted ? least : Look.WHOLE;
        String statement = name + look.name().toLowerCase(Locale.ROOT);
        @Nullable Statement there = session.statements.putIfAbsent(look, Statement.PREPARING);
        if (there == null) {
            return new Query(look, "PREPARE " + statement + " AS " + look.sql + "; EXECUTE " + statement + "; ");
        }
        return there == Statement.PREPARED ? new Query(look, "EXECUTE " + statement + "; ") : spelledOut(look);
    }

    private synchronized void left(Connection connection, Look look, Seen seen) {
        @Nullable Session session = sessions.get(connection);
        if (session == null) {
            return;
        }
        session.statements.replace(look, Statement.PREPARING, Statement.PREPARED);
        if (look == Look.WHOLE && session.seen != Seen.WITHOUT_LIMITS) {
            session.seen = seen;
            session.seenNanos = nanoClock.getAsLong();
        }
    }

    private synchronized void doubt(Connection connection) {
        @Nullable Session session = sessions.get(connection);
        if (session != null) {
            session.seen = session.seen == Seen.WITHOUT_LIMITS ? Seen.WITHOUT_LIMITS : Seen.NOT_LOOKED_AT;
            session.statements.replaceAll((look, there) -> there == Statement.PREPARING ? Statement.UNSURE : there);
        }
    }

    private static Query spelledOut(Look look) {
        return new Query(look, look.sql + "; ");
    }
}
