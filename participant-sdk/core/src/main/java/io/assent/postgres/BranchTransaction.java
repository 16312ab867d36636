package io.assent.postgres;

import io.assent.api.Vote;
import io.assent.participant.ParticipantCrashPoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database transaction of one branch (or of local work) on one connection, from the pool and back to it. What it
 * sets it sets for the transaction only, so the pool gets the connection back as it was.
 *
 * <p>Used by one thread at a time, except {@link #markRollbackOnly}.
 */
final class BranchTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(BranchTransaction.class);

    /**
     * The mark is how a COMMIT or ROLLBACK that the work ran as SQL is found out: it goes with the transaction that it
     * was set in. synchronous_commit is only ever raised: a vote must survive (rule R7) wherever commits here must.
     */
    private static final String SET_LOCAL = """
            SELECT set_config('assent.mark', ?, true),
                   set_config('lock_timeout', ?, true),
                   set_config('idle_in_transaction_session_timeout', ?, true),
                   set_config('statement_timeout', ?, true),
                   CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
                        THEN set_config('synchronous_commit', 'on', true) END
            """;

    private static final String END_OF_WORK =
            "SELECT current_setting('assent.mark', true), pg_current_xact_id_if_assigned()::text";

    /** What deferred triggers say by RAISE NOTICE comes as a warning too, with the SQLState of success. */
    private static final String NOTICE = "00000";

    private final Connection connection;
    private final boolean autoCommitBefore;
    private final Limits limits;
    private final String mark;
    private final Connection guarded;
    private volatile boolean rollbackOnly;

    /** What ends a statement, or a pause between two, that takes too long. */
    record Limits(Duration lock, Duration idle, Duration statement) {}

    private BranchTransaction(Connection connection, Limits limits, String mark) throws SQLException {
        this.connection = connection;
        this.autoCommitBefore = connection.getAutoCommit();
        this.limits = limits;
        this.mark = mark;
        this.guarded = GuardedConnection.around(connection, this);
    }

    /** @param mark differs from that of every other transaction */
    static BranchTransaction begin(DataSource dataSource, Limits limits, String mark) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            BranchTransaction transaction = new BranchTransaction(connection, limits, mark);
            transaction.open();
            return transaction;
        } catch (SQLException | RuntimeException e) {
            giveBackUnused(connection, e);
            throw e;
        }
    }

    private static void giveBackUnused(Connection unused, Exception why) {
        try (unused) {
            if (!unused.getAutoCommit()) {
                unused.rollback();
            }
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /** The connection for the work: it can do everything but end the transaction. */
    Connection guarded() {
        return guarded;
    }

    void markRollbackOnly() {
        rollbackOnly = true;
    }

    boolean isRollbackOnly() {
        return rollbackOnly;
    }

    /** The work called rollback(): what it did is gone, what it does from now on will be too. */
    void restart() throws SQLException {
        rollbackOnly = true;
        connection.rollback();
        setLocal();
    }

    /**
     * Ends the work as a branch. Whatever is returned or thrown, nothing but {@link #release} may follow.
     *
     * @throws SQLException if it can't be prepared, or nobody knows whether it was: the vote is then NO
     */
    Vote vote(BranchGid gid) throws SQLException {
        if (rollbackOnly) {
            connection.rollback();
            return new Vote.No("the work asked for rollback");
        }
        String xid = endOfWork();
        if (xid == null) {
            // No xid was assigned: nothing was written and no row locked (rule R21). Committed rather than rolled
            // back, so that a SERIALIZABLE transaction still learns whether what it read was consistent.
            connection.commit();
            return new Vote.ReadOnly();
        }
        ParticipantCrashPoint.BEFORE_PREPARE.reached(gid.gtrid());
        prepare(gid);
        ParticipantCrashPoint.AFTER_PREPARE.reached(gid.gtrid());
        return new Vote.Prepared(xid);
    }

    private void prepare(BranchGid gid) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(gid.prepareSql());
            for (SQLWarning said = statement.getWarnings(); said != null; said = said.getNextWarning()) {
                if (!NOTICE.equals(said.getSQLState())) {
                    // Such as a wait for the standby that was cancelled: prepared here, and lost on fail-over.
                    throw new SQLException("PREPARE TRANSACTION was not confirmed: " + said.getMessage());
                }
            }
        }
    }

    /** Commits work that is not part of a global transaction; rolls back if the work asked for that. */
    void commitLocally() throws SQLException {
        if (rollbackOnly) {
            connection.rollback();
        } else {
            endOfWork();
            connection.commit();
        }
    }

    /** Rolls back what is not prepared, as well as it goes: if it fails the server does it when the session ends. */
    void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("Rollback failed; the server rolls back with the end of the session", e);
        }
    }

    /** Gives the connection back to the pool. */
    void release() {
        try (connection) {
            connection.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            LOG.debug("A connection could not be given back clean; its pool finds it broken", e);
        }
    }

    /**
     * The xid of the transaction, null if it has none. A statement before PREPARE TRANSACTION is needed in any case: in
     * a transaction that has failed, PREPARE TRANSACTION rolls back and says so only in its command tag.
     */
    private @Nullable String endOfWork() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(END_OF_WORK)) {
            row.next();
            if (!mark.equals(row.getString(1))) {
                throw new SQLException("the work ended its transaction by itself, by COMMIT, ROLLBACK or RESET ALL as"
                        + " SQL: what it wrote before is not part of the branch. Remove that statement; the branch"
                        + " ends when its work returns");
            }
            return row.getString(2);
        }
    }

    private void open() throws SQLException {
        connection.setAutoCommit(false);
        try {
            setLocal();
        } catch (SQLException e) {
            rollback();
            connection.setAutoCommit(autoCommitBefore);
            throw e;
        }
    }

    private void setLocal() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SET_LOCAL)) {
            statement.setString(1, mark);
            statement.setString(2, millis(limits.lock));
            statement.setString(3, millis(limits.idle));
            statement.setString(4, millis(limits.statement));
            statement.executeQuery().close();
        }
    }

    private static String millis(Duration duration) {
        return Math.min(Integer.MAX_VALUE, Math.max(1, duration.toMillis())) + "ms";
    }
}
