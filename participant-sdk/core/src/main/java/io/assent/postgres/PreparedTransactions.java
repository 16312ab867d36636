package io.assent.postgres;

import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.participant.Ending;
import io.assent.participant.InDoubtBranch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code pg_prepared_xacts} and {@code pg_xact_status}. What is not this service's it passes over. */
final class PreparedTransactions {

    private static final Pattern XID8 = Pattern.compile("[1-9][0-9]{0,18}");

    private static final String FIND = """
            SELECT transaction::text, pg_snapshot_xmax(pg_current_snapshot())::text
            FROM pg_prepared_xacts WHERE database = current_database() AND gid = ?
            """;

    private static final String LIST = """
            SELECT gid, transaction::text, pg_snapshot_xmax(pg_current_snapshot())::text,
                   EXTRACT(EPOCH FROM now() - prepared), current_database()
            FROM pg_prepared_xacts WHERE database = current_database() AND starts_with(gid, ?) ORDER BY prepared
            """;

    private static final String GIDS =
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND starts_with(gid, ?) ORDER BY 1";

    private PreparedTransactions() {}

    /** The evidence of a branch that is prepared now; empty if it is not. */
    static Optional<String> evidenceOf(Connection connection, BranchGid gid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, gid.toString());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(xid8(row.getLong(1), row.getLong(2))) : Optional.empty();
            }
        }
    }

    /** The service's prepared branches whose deadline has passed by the database's clock. */
    static List<InDoubtBranch> pastDeadline(Connection connection, String service) throws SQLException {
        List<InDoubtBranch> branches = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setString(1, BranchGid.prefix(service));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Optional<BranchGid> gid = BranchGid.parse(service, row.getString(1));
                    if (gid.isPresent() && isOver(gid.get(), row.getDouble(4))) {
                        String evidence = xid8(row.getLong(2), row.getLong(3));
                        branches.add(inDoubt(gid.get(), evidence, row.getString(5)));
                    }
                }
            }
        }
        return branches;
    }

    /** The gids of the branches of one transaction that this service has prepared here. */
    static List<String> gidsOf(Connection connection, String service, Gtrid gtrid) throws SQLException {
        List<String> gids = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(GIDS)) {
            statement.setString(1, BranchGid.prefix(service) + gtrid);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    gids.add(row.getString(1));
                }
            }
        }
        return gids;
    }

    /** What the server knows of the transaction that the evidence names. */
    enum Status {
        COMMITTED,
        ABORTED,
        /** Still prepared, or being ended right now. */
        IN_PROGRESS,
        /** So old that the server has forgotten it, or the evidence is none. */
        FORGOTTEN,
        /** This database has not come that far: it was restored from a backup, or is another one. */
        NEVER_SEEN
    }

    static Status statusOf(Connection connection, String evidence) throws SQLException {
        if (!XID8.matcher(evidence).matches()) {
            return Status.FORGOTTEN;
        }
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_xact_status(?::xid8)")) {
            statement.setString(1, evidence);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return status(row.getString(1));
            }
        } catch (SQLException e) {
            if (SqlStates.is(e, SqlStates.INVALID_PARAMETER_VALUE)) {
                return Status.NEVER_SEEN;
            }
            throw e;
        }
    }

    private static Status status(@Nullable String text) {
        if (text == null) {
            return Status.FORGOTTEN;
        }
        return switch (text) {
            case "committed" -> Status.COMMITTED;
            case "aborted" -> Status.ABORTED;
            case "in progress" -> Status.IN_PROGRESS;
            default -> Status.FORGOTTEN;
        };
    }

    /**
     * How a branch that is not prepared (any more) ended, as far as a COMMIT may believe it (rule R16). Empty: not
     * ended.
     */
    static Optional<Ending> endingForCommit(Status status) {
        return switch (status) {
            case COMMITTED -> Optional.of(Ending.COMMITTED);
            case ABORTED -> Optional.of(Ending.ROLLED_BACK);
            case IN_PROGRESS -> Optional.empty();
            case FORGOTTEN, NEVER_SEEN -> Optional.of(Ending.UNKNOWN);
        };
    }

    /** As {@link #endingForCommit}, for a ROLLBACK: in a database that never saw the branch nothing of it remains. */
    static Optional<Ending> endingForRollback(Status status) {
        return status == Status.NEVER_SEEN ? Optional.of(Ending.ROLLED_BACK) : endingForCommit(status);
    }

    private static boolean isOver(BranchGid gid, double secondsSincePrepared) {
        Duration timeout = TimedBqual.timeout(gid.bqual()).orElseThrow();
        return secondsSincePrepared > timeout.toSeconds();
    }

    private static InDoubtBranch inDoubt(BranchGid gid, String evidence, String database) {
        String byHand = "in database " + database + ": " + gid.rollbackSql() + " or " + gid.commitSql();
        return new InDoubtBranch(gid.gtrid(), gid.bqual(), Inquiry.Deadline.PASSED, evidence, byHand);
    }

    /**
     * The full xid of a prepared transaction, of which the view shows the low 32 bits. It lies within 2^31 of the
     * snapshot's upper end, on either side of it.
     */
    static String xid8(long xid, long snapshotXmax) {
        return Long.toString(snapshotXmax + (int) (xid - snapshotXmax));
    }
}
