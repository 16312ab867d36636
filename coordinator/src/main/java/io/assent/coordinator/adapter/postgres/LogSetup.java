package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the database ready at start: it must be a writable primary that makes commits durable (rule R17), and gets the schema of this
 * version. Says what it found.
 */
final class LogSetup {

    private static final Logger LOG = LoggerFactory.getLogger(LogSetup.class);
    private static final int VERSION_MIN = 140_000;

    private LogSetup() {}

    /**
     * @return a connection to what was found, which is still to be {@link LogDataSource#trust trusted}
     * @throws LogUnusableException naming what is wrong and what to change
     */
    static Connection prepare(LogSettings settings) {
        Connection connection = connect(settings);
        try {
            check(connection, settings);
            if (LogSchema.isIn(connection)) {
                return connection;
            }
            migrate(settings);
        } catch (SQLException e) {
            close(connection);
            throw notConnected(settings, e);
        } catch (RuntimeException e) {
            close(connection);
            throw e;
        }
        // That may have taken long, behind another replica that does the same, and much may have happened to this one.
        close(connection);
        return connect(settings);
    }

    private static void migrate(LogSettings settings) {
        try {
            Flyway.configure()
                    .dataSource(primaryOnly(settings), settings.user(), settings.password())
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new LogUnusableException(
                    "the log's schema could not be brought up to date: " + firstLine(e.getMessage()) + "; give user '"
                            + settings.user() + "' the right to create tables, or look at flyway_schema_history",
                    e);
        }
    }

    private static Connection connect(LogSettings settings) {
        Properties properties = LogDataSource.properties(settings);
        // Whatever answers first is looked at: "no primary found" would not say what is wrong with the server there is.
        properties.setProperty("targetServerType", "preferPrimary");
        try {
            return DriverManager.getConnection(LogDataSource.url(settings), properties);
        } catch (SQLException e) {
            throw notConnected(settings, e);
        }
    }

    private static LogUnusableException notConnected(LogSettings settings, SQLException e) {
        return new LogUnusableException(
                "no connection to the decision log at '" + settings.url() + "' as user '" + settings.user() + "': "
                        + firstLine(e.getMessage()) + "; start PostgreSQL or correct --database-url",
                e);
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("connection already gone", e);
        }
    }

    private static void check(Connection connection, LogSettings settings) throws SQLException {
        checkServer(connection);
        LogDurability durability = LogDurability.of(connection);
        LOG.info(
                "decision log found durability=\"{}\" server={} synchronous_commit={}",
                durability,
                show(connection, "server_version").replaceAll(" .*", ""),
                show(connection, "synchronous_commit"));
        if (!durability.satisfies(settings.durability())) {
            throw new LogUnusableException(LogDataSource.notSynchronous());
        }
    }

    private static void checkServer(Connection connection) throws SQLException {
        int version = Integer.parseInt(show(connection, "server_version_num"));
        if (version < VERSION_MIN) {
            throw new LogUnusableException("server_version '" + show(connection, "server_version")
                    + "' is too old: the decision log needs PostgreSQL 14 or newer");
        }
        if (ask(connection, "SELECT pg_is_in_recovery()::text").equals("true")) {
            throw new LogUnusableException("the server is a standby: name the primary in --database-url");
        }
        if (!show(connection, "transaction_read_only").equals("off")) {
            throw new LogUnusableException("the database is read-only: set default_transaction_read_only = off");
        }
        require(connection, "fsync", "on");
        require(connection, "full_page_writes", "on");
        String commit = show(connection, "synchronous_commit");
        if (!commit.equals("on") && !commit.equals("remote_apply")) {
            throw new LogUnusableException("synchronous_commit '" + commit
                    + "' loses decisions in a crash or fail-over: set synchronous_commit = on");
        }
    }

    private static void require(Connection connection, String setting, String value) throws SQLException {
        String found = show(connection, setting);
        if (!found.equals(value)) {
            throw new LogUnusableException(
                    setting + " '" + found + "' loses decisions in a crash: set " + setting + " = " + value);
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT current_setting(?)")) {
            statement.setString(1, setting);
            return only(statement);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return only(statement);
        }
    }

    private static String only(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        }
    }

    private static String primaryOnly(LogSettings settings) {
        String url = LogDataSource.url(settings);
        return url + (url.contains("?") ? "&" : "?") + "targetServerType=primary";
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
