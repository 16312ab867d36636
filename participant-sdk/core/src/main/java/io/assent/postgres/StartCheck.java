package io.assent.postgres;

import io.assent.api.Bqual;
import io.assent.postgres.StartException.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, before anything depends on it, whether the database can prepare transactions durably. */
final class StartCheck {

    private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);
    private static final int VERSION_MIN = 140000;

    private static final String SERVER = """
            SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                   pg_is_in_recovery(), current_setting('transaction_read_only'),
                   current_setting('max_prepared_transactions')::int, current_setting('fsync'),
                   current_setting('synchronous_commit'), current_database(), current_user
            """;

    private static final String OTHER_OWNERS = """
            SELECT owner, count(*) FROM pg_prepared_xacts
            WHERE database = current_database() AND starts_with(gid, ?) AND owner <> current_user
              AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            GROUP BY owner ORDER BY owner LIMIT 1
            """;

    private static final String LEFT_PROBES = """
            SELECT gid FROM pg_prepared_xacts
            WHERE database = current_database() AND starts_with(gid, ?) AND prepared < now() - interval '1 minute'
            """;

    private final DataSource dataSource;
    private final PostgresSettings settings;

    StartCheck(DataSource dataSource, PostgresSettings settings) {
        this.dataSource = dataSource;
        this.settings = settings;
    }

    /** @throws StartException naming the first problem found, and the remedy */
    void run() {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommitBefore = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try {
                checkServer(connection);
                checkOwners(connection);
                endLeftProbes(connection);
                probe(connection);
            } finally {
                connection.setAutoCommit(autoCommitBefore);
            }
        } catch (SQLException e) {
            throw new StartException(
                    Problem.UNREACHABLE,
                    "the database of service " + settings.service() + " does not answer: " + e.getMessage(),
                    "start it, and check the address, user and password of the data source",
                    e);
        }
    }

    private void checkServer(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SERVER)) {
            row.next();
            checkVersion(row.getInt(1), row.getString(2));
            checkWritable(row.getBoolean(3), row.getString(4));
            checkPreparedTransactions(row.getInt(5));
            checkDurable(row.getString(6));
            LOG.info(
                    "Participant database found: service={} database={} user={} version={} maxPreparedTransactions={}"
                            + " synchronousCommit={}",
                    settings.service(),
                    row.getString(8),
                    row.getString(9),
                    row.getString(2),
                    row.getInt(5),
                    row.getString(7));
        }
    }

    private static void checkVersion(int number, String version) {
        if (number < VERSION_MIN) {
            throw new StartException(
                    Problem.TOO_OLD, "the server is PostgreSQL " + version, "use PostgreSQL 14 or newer");
        }
    }

    private static void checkWritable(boolean standby, String readOnly) {
        if (standby) {
            throw new StartException(
                    Problem.STANDBY,
                    "the server is a standby (pg_is_in_recovery() is true)",
                    "point the data source to the primary, for instance with targetServerType=primary in the URL");
        }
        if ("on".equals(readOnly)) {
            throw new StartException(
                    Problem.READ_ONLY,
                    "transactions are read-only here (transaction_read_only is on)",
                    "set default_transaction_read_only = off for the database and the role, and readOnly=false for"
                            + " the pool");
        }
    }

    private static void checkPreparedTransactions(int max) {
        if (max == 0) {
            throw new StartException(
                    Problem.NO_PREPARED_TRANSACTIONS,
                    "max_prepared_transactions is 0",
                    "run ALTER SYSTEM SET max_prepared_transactions = 100; (at least the number of branches that may"
                            + " be prepared at once) and restart PostgreSQL");
        }
    }

    private void checkDurable(String fsync) {
        if ("off".equals(fsync) && settings.durability() == Durability.REQUIRED) {
            throw new StartException(
                    Problem.NOT_DURABLE,
                    "fsync is off, so that a crash of the machine can lose a branch that has voted PREPARED",
                    "run ALTER SYSTEM SET fsync = on; and SELECT pg_reload_conf(); or, for a throw-away database in a"
                            + " test, set durability " + Durability.UNSAFE_FOR_TESTS);
        }
    }

    private void checkOwners(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OTHER_OWNERS)) {
            statement.setString(1, BranchGid.prefix(settings.service()));
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw new StartException(
                            Problem.OTHER_ROLE,
                            row.getLong(2) + " branches of service " + settings.service() + " were prepared by role "
                                    + row.getString(1) + ", and only that role or a superuser can end them",
                            "connect as " + row.getString(1) + "; or, if this is another service, give it another"
                                    + " service name");
                }
            }
        }
    }

    /** A probe that a crash left behind holds back vacuum. Another instance may be ending it too. */
    private void endLeftProbes(Connection connection) throws SQLException {
        List<String> left = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LEFT_PROBES)) {
            statement.setString(1, probePrefix());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    left.add(row.getString(1));
                }
            }
        }
        for (String gid : left) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("ROLLBACK PREPARED '" + gid.replace("'", "''") + "'");
            } catch (SQLException e) {
                LOG.info("A start probe of an earlier run could not be ended: gid={} why={}", gid, e.getMessage());
            }
        }
    }

    /** Does once what every branch will need. */
    private void probe(Connection connection) throws SQLException {
        String gid = probePrefix() + Bqual.mint();
        try {
            String xid = prepareProbe(connection, gid);
            execute(connection, "ROLLBACK PREPARED '" + gid + "'");
            PreparedTransactions.statusOf(connection, xid);
        } catch (SQLException e) {
            if (SqlStates.connectionLost(e)) {
                throw e;
            }
            if (SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
                throw new StartException(
                        Problem.MISSING_PRIVILEGE,
                        String.valueOf(e.getMessage()),
                        "GRANT EXECUTE on the function that the message names to the role of the data source",
                        e);
            }
            throw new StartException(
                    Problem.CANNOT_PREPARE,
                    "PREPARE TRANSACTION was tried and failed: " + e.getMessage(),
                    "if max_prepared_transactions is used up, raise it and restart PostgreSQL, and end forgotten"
                            + " ones (SELECT * FROM pg_prepared_xacts); through a pooler, use session mode",
                    e);
        }
    }

    private static String prepareProbe(Connection connection, String gid) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()::text,"
                        + " pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot())")) {
            row.next();
            String xid = row.getString(1);
            execute(connection, "PREPARE TRANSACTION '" + gid + "'");
            return xid;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Not the form of a branch's gid, so that no sweep takes a probe for a branch. */
    private String probePrefix() {
        return "assent-probe:" + settings.service() + ":";
    }
}
