package io.assent.samples.bench.service;

import com.zaxxer.hikari.HikariDataSource;
import io.assent.samples.bench.load.Accounts;
import io.assent.samples.bench.load.Pools;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Two-phase commit by hand in one database: no more round trips than it takes. */
public final class PreparingBank implements AutoCloseable {

    private final HikariDataSource work;
    private final HikariDataSource outcomes;

    private PreparingBank(HikariDataSource work, HikariDataSource outcomes) {
        this.work = work;
        this.outcomes = outcomes;
    }

    public static PreparingBank open(String url, String password) {
        return new PreparingBank(
                Pools.open(url, password, Pools.WORK_CONNECTIONS),
                Pools.open(url, password, Pools.OUTCOME_CONNECTIONS));
    }

    /** Books, and prepares under the name. Rolled back if it throws. */
    public void prepare(String gid, long account, long amount) throws SQLException {
        try (Connection connection = work.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Accounts.book(connection, account, amount);
                execute(connection, "PREPARE TRANSACTION '" + gid + "'");
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    public void commit(String gid) throws SQLException {
        end("COMMIT PREPARED '" + gid + "'");
    }

    public void rollback(String gid) throws SQLException {
        end("ROLLBACK PREPARED '" + gid + "'");
    }

    @Override
    public void close() {
        work.close();
        outcomes.close();
    }

    private void end(String sql) throws SQLException {
        try (Connection connection = outcomes.getConnection()) {
            execute(connection, sql);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
