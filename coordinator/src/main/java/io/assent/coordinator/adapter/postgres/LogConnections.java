package io.assent.coordinator.adapter.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The trusted connections of one log for everything but decisions. Once a log has given no connection in time, one caller at a time
 * waits for it and all others hear at once that it is silent: those who ask about its transactions must not use up the threads of
 * those who ask about another log's. Thread-safe.
 */
final class LogConnections extends ConnectionSource implements AutoCloseable {

    private final String name;
    private final HikariDataSource pool;
    private final AtomicBoolean trying = new AtomicBoolean();
    private volatile boolean silent;

    LogConnections(String name, LogDataSource source, LogSettings settings) {
        this.name = name;
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName(name);
        config.setMaximumPoolSize(settings.readersMax() + 2);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        this.pool = new HikariDataSource(config);
    }

    /** Somebody else is waiting for the log already. */
    static final class SilentException extends SQLTransientConnectionException {
        private static final long serialVersionUID = 1L;

        SilentException(String name) {
            super(name + " does not answer at present");
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!silent) {
            return opened();
        }
        if (!trying.compareAndSet(false, true)) {
            throw new SilentException(name);
        }
        try {
            return opened();
        } finally {
            trying.set(false);
        }
    }

    private Connection opened() throws SQLException {
        try {
            Connection connection = pool.getConnection();
            silent = false;
            return connection;
        } catch (SQLException e) {
            silent = true;
            throw e;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
