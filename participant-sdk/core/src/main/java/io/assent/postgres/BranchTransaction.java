package io.assent.postgres;

import io.assent.api.Vote;
import io.assent.participant.ParticipantCrashPoint;
import java.sql.Connection;
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
 * One database transaction of one branch (or of local work) on one connection, from the pool and back to it.
 *
 * <p>Round trips, beside those of the work: none to begin, one to vote PREPARED after a statement has said that it
 * changed rows, two otherwise, and one more before SQL that might end the transaction ({@link SqlWords}).
 *
 * <p>Used by one thread at a time, except {@link #markRollbackOnly}.
 */
final class BranchTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(BranchTransaction.class);

    /** Two transactions of one session don't begin in the same microsecond, with a round trip between them. */
    private static final String START = "EXTRACT(EPOCH FROM transaction_timestamp())::text";

    /** Of a transaction of which it can't be told any more whether it is the one that the branch began. */
    private static final String START_UNKNOWN = "";

    private static final String LOOK =
            "SELECT pg_current_xact_id_if_assigned()::text, " + START + ", " + EndOfWork.LIMITS_AND_DURABILITY;

    /** What deferred triggers say by RAISE NOTICE comes as a warning too, with the SQLState of success. */
    private static final String NOTICE = "00000";

    private final Connection connection;
    private final boolean autoCommitBefore;
    private final SessionLimits limits;
    private final EndOfWork end;
    private final StatementDeadlines deadlines;
    private final long deadlineNanos;
    private final Connection guarded;
    private String limitsShown = "";
    private @Nullable String start;
    private boolean wrote;
    private EndOfWork.Look look = EndOfWork.Look.EVIDENCE;
    private volatile boolean rollbackOnly;
    private volatile @Nullable Statement running;

    private BranchTransaction(
            Connection connection, SessionLimits limits, EndOfWork end, StatementDeadlines deadlines, Duration timeout)
            throws SQLException {
        this.connection = connection;
        this.autoCommitBefore = connection.getAutoCommit();
        this.limits = limits;
        this.end = end;
        this.deadlines = deadlines;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
        this.guarded = GuardedConnection.around(connection, this);
    }

    /** @param timeout after which a statement is cancelled when {@link StatementDeadlines#cancelOverdue} is called */
    static BranchTransaction begin(
            DataSource dataSource, SessionLimits limits, EndOfWork end, StatementDeadlines deadlines, Duration timeout)
            throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            BranchTransaction transaction = new BranchTransaction(connection, limits, end, deadlines, timeout);
            transaction.open();
            deadlines.begun(transaction);
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
        limits.inTransaction(connection);
    }

    /** This is the statement to cancel from now on; one runs at a time. */
    void runs(Statement statement) {
        running = statement;
    }

    /** From another thread. A statement that does not run takes no notice of it. */
    void cancelIfOverdue() {
        Statement overdue = running;
        if (overdue == null || System.nanoTime() - deadlineNanos < 0) {
            return;
        }
        try {
            overdue.cancel();
        } catch (SQLException e) {
            LOG.debug("A statement beyond its deadline can't be cancelled; it may have ended", e);
        }
    }

    /** A statement said that it changed rows. */
    void wrote() {
        wrote = true;
    }

    /** The work has SQL that may change settings of the session. */
    void mayChangeSettings() {
        look = EndOfWork.Look.WHOLE;
    }

    /**
     * To be called before anything that might end the transaction behind the guard's back: remembers which one it is, so
     * that {@link #endOfWork} can tell.
     */
    void rememberStart() {
        if (start != null) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + START)) {
            row.next();
            start = row.getString(1);
        } catch (SQLException e) {
            // It has failed, and without a savepoint: what comes can only end it, or fail too.
            LOG.debug("The start of a transaction can't be read", e);
            start = START_UNKNOWN;
        }
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
        if (wrote && start == null) {
            return prepareAtOnce(gid);
        }
        String xid = endOfWork();
        if (xid == null) {
            // No xid was assigned: nothing was written and no row locked (rule R21). Committed rather than rolled
            // back, so that a SERIALIZABLE transaction still learns whether what it read was consistent.
            connection.commit();
            return new Vote.ReadOnly();
        }
        return prepare(gid, xid);
    }

    /** Commits work that is not part of a global transaction; rolls back if the work asked for that. */
    void commitLocally() throws SQLException {
        if (rollbackOnly) {
            connection.rollback();
        } else {
            var unused = endOfWork();
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
        deadlines.ended(this);
        running = null;
        try (connection) {
            connection.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            LOG.debug("A connection could not be given back clean; its pool finds it broken", e);
        }
    }

    /**
     * Both statements in one round trip: the driver sends them together, and where the first fails the server passes over
     * the second.
     */
    private Vote prepareAtOnce(BranchGid gid) throws SQLException {
        ParticipantCrashPoint.BEFORE_PREPARE.reached(gid.gtrid());
        String xid;
        try (Statement statement = watched()) {
            EndOfWork.Query query = end.query(connection, look);
            if (!statement.execute(query.sql() + gid.prepareSql())) {
                boolean unused = statement.getMoreResults();
            }
            EndOfWork.Seen seen;
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                xid = row.getString(1);
                seen = EndOfWork.Seen.in(query, row, limitsShown::equals);
            }
            if (seen == EndOfWork.Seen.WITHOUT_LIMITS) {
                limits.forget(connection);
            }
            refuseWarnings(statement);
            end.worked(connection, query, seen);
        } catch (SQLException e) {
            end.failed(connection, e);
            throw e;
        }
        ParticipantCrashPoint.AFTER_PREPARE.reached(gid.gtrid());
        return new Vote.Prepared(xid);
    }

    private Vote prepare(BranchGid gid, String xid) throws SQLException {
        ParticipantCrashPoint.BEFORE_PREPARE.reached(gid.gtrid());
        try (Statement statement = watched()) {
            statement.execute(gid.prepareSql());
            refuseWarnings(statement);
        }
        ParticipantCrashPoint.AFTER_PREPARE.reached(gid.gtrid());
        return new Vote.Prepared(xid);
    }

    private static void refuseWarnings(Statement prepared) throws SQLException {
        for (SQLWarning said = prepared.getWarnings(); said != null; said = said.getNextWarning()) {
            if (!NOTICE.equals(said.getSQLState())) {
                // Such as a wait for the standby that was cancelled: prepared here, and lost on fail-over.
                throw new SQLException("PREPARE TRANSACTION was not confirmed: " + said.getMessage());
            }
        }
    }

    /**
     * The xid of the transaction, null if it has none. A statement before PREPARE TRANSACTION is needed in any case: in
     * a transaction that has failed, PREPARE TRANSACTION rolls back and says so only in its command tag.
     */
    private @Nullable String endOfWork() throws SQLException {
        try (Statement statement = watched();
                ResultSet row = statement.executeQuery(LOOK)) {
            row.next();
            if (!limitsShown.equals(row.getString(3))) {
                limits.forget(connection);
            }
            if (start != null && !start.equals(row.getString(2))) {
                throw new SQLException("the work ended its transaction by itself, by COMMIT or ROLLBACK as SQL or on"
                        + " the driver's own connection: what it wrote before is not part of the branch. Remove that;"
                        + " the branch ends when its work returns");
            }
            return row.getString(1);
        }
    }

    private Statement watched() throws SQLException {
        Statement statement = connection.createStatement();
        runs(statement);
        return statement;
    }

    private void open() throws SQLException {
        if (!autoCommitBefore) {
            connection.setAutoCommit(true);
        }
        limitsShown = limits.beforeTransaction(connection);
        connection.setAutoCommit(false);
        try {
            limits.inTransaction(connection);
        } catch (SQLException e) {
            rollback();
            connection.setAutoCommit(autoCommitBefore);
            throw e;
        }
    }
}
