package io.assent.coordinator.adapter.postgres;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the log that may be trusted: to the primary, and only after one synchronous write has been waited
 * for. WAL is replicated in order, so everything that can be read after that write survives a fail-over (rule R18).
 * Thread-safe.
 */
final class LogDataSource implements DataSource {

    private static final String TOUCH = "UPDATE barrier SET touched = touched + 1 WHERE id = 1";

    private final String url;
    private final Properties properties;

    LogDataSource(String url, Properties properties) {
        this.url = url;
        this.properties = properties;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = DriverManager.getConnection(url, properties);
        try {
            connection.setAutoCommit(true);
            settle(connection);
            confirm(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the log has one user");
    }

    /** The server may be another one than at start, or set up anew since: what makes commits durable is looked at again. */
    private static void settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A mere notice would otherwise count as a doubt about the write, and the write be repeated for ever.
            statement.execute("SET client_min_messages = warning");
            try (ResultSet durability =
                    statement.executeQuery("SELECT current_setting('fsync'), current_setting('synchronous_commit')")) {
                durability.next();
                String commit = durability.getString(2);
                if (!"on".equals(durability.getString(1)) || !("on".equals(commit) || "remote_apply".equals(commit))) {
                    throw new SQLException("commits are not durable: set fsync = on (is " + durability.getString(1)
                            + ") and synchronous_commit = on (is " + commit + ")");
                }
            }
        }
    }

    /**
     * Writes and waits until that is durable where it must survive. WAL is replicated in order, so whatever could be read before
     * this returns survives a fail-over (rule R18).
     */
    static void confirm(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int touched = statement.executeUpdate(TOUCH);
            if (touched != 1) {
                // nothing was written, and so nothing was waited for
                throw new SQLException("table barrier has no row: INSERT INTO barrier VALUES (1, 0)");
            }
            SQLWarning warning = statement.getWarnings();
            if (warning != null) {
                throw new SQLException(
                        "the write that confirms what was read was not confirmed itself: " + warning.getMessage());
            }
        }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("java.util.logging is not used");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing that is a " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
