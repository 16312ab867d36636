package io.assent.micronaut;

import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/**
 * A repository in plain JDBC on the service's data source; unwrapped, because Micronaut Data, which is on the class path
 * too, wraps it for its own repositories.
 */
@Singleton
class Notes {

    private final DataSource dataSource;

    Notes(DataSource dataSource) throws SQLException {
        this.dataSource = DelegatingDataSource.unwrapDataSource(dataSource);
        try (Connection connection = this.dataSource.getConnection();
                PreparedStatement create =
                        connection.prepareStatement("CREATE TABLE IF NOT EXISTS note (text text PRIMARY KEY)")) {
            create.execute();
        }
    }

    @Branch
    void write(String text) throws SQLException {
        insert(text);
    }

    @Branch
    void writeAndFail(String text) throws SQLException {
        insert(text);
        throw new IllegalArgumentException("no more notes");
    }

    @Branch
    boolean isThere(String text) throws SQLException {
        return count(text) > 0;
    }

    @Branch
    CompletableFuture<String> writeLater(String text) {
        return CompletableFuture.completedFuture(text);
    }

    void insert(String text) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO note (text) VALUES (?)")) {
            insert.setString(1, text);
            insert.executeUpdate();
        }
    }

    int count(String text) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM note WHERE text = ?")) {
            query.setString(1, text);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
