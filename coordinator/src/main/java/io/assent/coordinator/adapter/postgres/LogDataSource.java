package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to the log that may be trusted: to the primary, and only after one synchronous write has been waited
 * for. WAL is replicated in order, so everything that can be read after that write survives a fail-over (rule R18).
 * Thread-safe.
 */
final class LogDataSource extends ConnectionSource {

    private static final Logger LOG = LoggerFactory.getLogger(LogDataSource.class);
    private static final String TOUCH = "UPDATE barrier SET touched = touched + 1 WHERE id = 1";
    private static final String TOUCH_ON = TOUCH + " AND touched >= ?";
    private static final String IN_PLACE = " AND EXISTS (SELECT 1 FROM log_place p"
            + " WHERE p.id = 1 AND p.log_set = ? AND p.place = ? AND p.places = ? AND p.sealed_at IS NOT NULL)";
    private static final String RETURNING = " RETURNING touched";
    private static final String NO_BARRIER = "table barrier has no row: INSERT INTO barrier VALUES (1, 0)";
    /** How long the driver believes that a host is a standby, or down; one that is promoted meanwhile waits as long. */
    private static final Duration HOST_RECHECK = Duration.ofSeconds(1);

    /** Below the time after which a replica counts as gone. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(2);

    private final String url;
    private final Properties properties;
    private final RequiredDurability required;
    private final Duration lockTimeout;
    /** Null while the place is still to be found out. */
    private final @Nullable LogPlace place;

    private final AtomicReference<@Nullable Connection> waiting = new AtomicReference<>();
    private final AtomicReference<@Nullable LogDurability> durability = new AtomicReference<>();
    /** The highest state of the barrier that was confirmed to this process. */
    private final AtomicLong confirmed = new AtomicLong();

    /** To whatever database is there, for setting it up. */
    LogDataSource(LogSettings settings) {
        this(settings, null);
    }

    /** To this log only: any other database behind the URL is refused, as long as this process lives. */
    LogDataSource(LogSettings settings, @Nullable LogPlace place) {
        this.place = place;
        this.url = url(settings);
        this.properties = properties(settings);
        this.required = settings.durability();
        this.lockTimeout = lockTimeout(settings);
    }

    /** Without the choice among several hosts: only a primary can hold the log, whatever the URL says. */
    static String url(LogSettings settings) {
        return settings.url()
                .replaceAll("(?<=[?&])targetServerType=[^&]*&?", "")
                .replaceAll("[?&]$", "");
    }

    static Properties properties(LogSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        if (!settings.password().isEmpty()) {
            properties.setProperty("password", settings.password());
        }
        properties.setProperty("ApplicationName", "assent-coordinator");
        properties.setProperty("targetServerType", "primary");
        properties.setProperty("hostRecheckSeconds", seconds(HOST_RECHECK));
        properties.setProperty("connectTimeout", seconds(settings.connectTimeout()));
        properties.setProperty("socketTimeout", seconds(settings.socketTimeout()));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    /** What the latest connection found. */
    LogDurability durability() {
        LogDurability found = durability.get();
        return found == null ? new LogDurability.SingleNode() : found;
    }

    /** The next connection is this one, if it can be trusted by then. */
    void use(Connection connection) {
        waiting.set(connection);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection used = waiting.getAndSet(null);
        if (used != null) {
            try {
                return trust(used);
            } catch (SQLException e) {
                LOG.debug("a connection of the start was of no use any more", e);
            }
        }
        return trust(DriverManager.getConnection(url, properties));
    }

    /**
     * Makes a connection one that may be trusted, or closes it.
     *
     * @param connection to a primary
     */
    Connection trust(Connection connection) throws SQLException {
        try {
            connection.setAutoCommit(true);
            settle(connection);
            goOn(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** The server may be another one than at start, or set up anew since: what makes commits durable is looked at again. */
    private void settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A mere notice would otherwise count as a doubt about the write, and the write be repeated for ever.
            statement.execute("SET client_min_messages = warning");
            // A statement that waited for the raising of the floor has to see it (rule R12); a snapshot of its
            // transaction would be older.
            statement.execute("SET default_transaction_isolation = 'read committed'");
            // Sooner than we give the connection up: while no standby answers, a server process that waits for a lock
            // would
            // outlive its connection, and one after the other use up the server's connections.
            statement.execute("SET lock_timeout = " + lockTimeout.toMillis());
            // A replica that is stopped, or cut off, in the middle of a transaction would hold up all others by its
            // locks.
            statement.execute("SET idle_in_transaction_session_timeout = " + IDLE_IN_TRANSACTION.toMillis());
        }
        LogDurability found = LogDurability.of(connection);
        note(found);
        if (!found.satisfies(required)) {
            throw new SQLException(notSynchronous());
        }
    }

    static String notSynchronous() {
        return "commits wait for no standby, and assent.log.durability is synchronous: set synchronous_standby_names,"
                + " or accept the risk with assent.log.durability = any";
    }

    private void note(LogDurability found) {
        LogDurability before = durability.getAndSet(found);
        if (before != null && !before.equals(found)) {
            LOG.warn("the decision log's durability has changed durability=\"{}\" before=\"{}\"", found, before);
        }
    }

    /**
     * Confirms on a new connection, and refuses a server that lacks what was confirmed to this process before: a former primary that
     * came back, or a standby that was promoted without the latest commits. To go on with it would contradict what was told. It is
     * not touched then, so that asking again and again does not bring it up.
     */
    private void goOn(Connection connection) throws SQLException {
        long before = confirmed.get();
        LogPlace expected = place;
        String sql = TOUCH_ON + (expected == null ? "" : IN_PLACE) + RETURNING;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, before);
            if (expected != null) {
                statement.setObject(2, expected.set());
                statement.setInt(3, expected.number());
                statement.setInt(4, expected.count());
            }
            try (ResultSet touched = statement.executeQuery()) {
                if (!touched.next()) {
                    throw new SQLException(notTouched(connection, before));
                }
                rejectWarning(statement);
                confirmed.accumulateAndGet(touched.getLong(1), Math::max);
            }
        }
    }

    private String notTouched(Connection connection, long before) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet barrier = statement.executeQuery("SELECT touched FROM barrier WHERE id = 1")) {
            if (!barrier.next()) {
                return NO_BARRIER;
            }
            return barrier.getLong(1) < before
                    ? "this server lacks writes that were confirmed (its barrier is at " + barrier.getLong(1)
                            + ", and was at "
                            + before
                            + "): it is a former primary, or was promoted without the latest commits; shut it down,"
                            + " or restart this coordinator to accept the loss"
                    : "this database is not " + place + ", which its URL led to before: correct what the URL leads to";
        }
    }

    /**
     * Writes and waits until that is durable where it must survive. WAL is replicated in order, so whatever could be read before
     * this returns survives a fail-over (rule R18).
     */
    static void confirm(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (statement.executeUpdate(TOUCH) != 1) {
                // nothing was written, and so nothing was waited for
                throw new SQLException(NO_BARRIER);
            }
            rejectWarning(statement);
        }
    }

    /** The server warns of a wait that was ended before the standby had confirmed (rule R3). */
    private static void rejectWarning(Statement statement) throws SQLException {
        SQLWarning warning = statement.getWarnings();
        if (warning != null) {
            throw new SQLException(
                    "the write that confirms what was read was not confirmed itself: " + warning.getMessage());
        }
    }

    private static Duration lockTimeout(LogSettings settings) {
        Duration reads = Duration.ofSeconds(Math.max(1, settings.socketTimeout().toSeconds()));
        return Duration.ofMillis(reads.toMillis() * 3 / 4);
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.toSeconds()));
    }
}
