package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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

    /** @throws LogUnusableException naming what is wrong and what to change */
    static void prepare(LogSettings settings) {
        check(settings);
        try {
            Flyway.configure()
                    .dataSource(url(settings), settings.user(), settings.password())
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

    private static void check(LogSettings settings) {
        Properties properties = PostgresDecisionLog.properties(settings);
        // Whatever answers first is looked at: "no primary found" would not say what is wrong with the server there is.
        properties.setProperty("targetServerType", "preferPrimary");
        try (Connection connection = DriverManager.getConnection(settings.url(), properties)) {
            checkServer(connection);
            LOG.info("decision log found {}", durability(connection));
        } catch (SQLException e) {
            throw new LogUnusableException(
                    "no connection to the decision log at '" + settings.url() + "' as user '" + settings.user() + "': "
                            + firstLine(e.getMessage()) + "; start PostgreSQL or correct --database-url",
                    e);
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

    private static String durability(Connection connection) throws SQLException {
        List<String> synchronous = new ArrayList<>();
        List<String> asynchronous = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet standby =
                        statement.executeQuery("SELECT application_name, sync_state FROM pg_stat_replication")) {
            while (standby.next()) {
                String state = String.valueOf(standby.getString(2));
                (state.equals("sync") || state.equals("quorum") ? synchronous : asynchronous).add(standby.getString(1));
            }
        }
        String kind = !synchronous.isEmpty()
                ? "synchronous standby " + synchronous
                : !asynchronous.isEmpty()
                        ? "asynchronous standby " + asynchronous + " (a fail-over may lose decisions)"
                        : "single node";
        return "durability=\"" + kind + "\" server="
                + show(connection, "server_version").replaceAll(" .*", "") + " synchronous_commit="
                + show(connection, "synchronous_commit");
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

    private static String url(LogSettings settings) {
        String separator = settings.url().contains("?") ? "&" : "?";
        return settings.url().contains("targetServerType")
                ? settings.url()
                : settings.url() + separator + "targetServerType=primary";
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
