package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * Connections to the log that the caller has chosen, for queries that are written once and run on any of several logs. Thread-safe.
 */
final class ChosenLog extends ConnectionSource {

    private static final ScopedValue<PostgresDecisionLog> CHOSEN = ScopedValue.newInstance();

    /** What the query finds in this log. */
    static <T> T in(PostgresDecisionLog log, Supplier<T> query) {
        return ScopedValue.where(CHOSEN, log).call(query::get);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return CHOSEN.orElseThrow(() -> new SQLException("no log has been chosen"))
                .dataSource()
                .getConnection();
    }
}
