package io.assent.samples.bench.candidate;

import com.zaxxer.hikari.HikariDataSource;
import io.assent.samples.bench.load.Pools;
import io.assent.samples.bench.load.Surroundings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** The decision rows of the candidates written by hand: one durable row for each transaction that commits. */
final class DecisionTable implements AutoCloseable {

    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS decision (
                id uuid PRIMARY KEY, outcome smallint NOT NULL, decided_at timestamptz NOT NULL, branches text NOT NULL)
            """;
    private static final String INSERT = "INSERT INTO decision VALUES (?, 1, now(), ?)";

    private final HikariDataSource pool;

    DecisionTable(Surroundings surroundings) {
        pool = Pools.open(surroundings.log(), surroundings.password(), Pools.WORK_CONNECTIONS);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        } catch (SQLException e) {
            throw new IllegalStateException("no table for decisions", e);
        }
    }

    /** Returns when the row is durable. */
    void commit(UUID id, String branches) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, id);
            insert.setString(2, branches);
            insert.executeUpdate();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
