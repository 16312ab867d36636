package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema of this version, as Flyway writes down what it has done. Whether a database has just that takes two small queries; to
 * find it out takes Flyway a good part of a start, which is what recovery after a crash begins with (docs/PERFORMANCE.md, section 5).
 */
final class LogSchema {

    /**
     * A migration of {@code db/migration}.
     *
     * @param checksum of the file, by Flyway
     */
    record Migration(String version, int checksum) {}

    /** All of them, in their order. */
    static final List<Migration> MIGRATIONS = List.of(
            new Migration("1", -944_446_363), new Migration("2", -1_955_055_972), new Migration("3", -2_074_065_453));

    private static final String HISTORY = "flyway_schema_history";

    private static final Logger LOG = LoggerFactory.getLogger(LogSchema.class);

    private LogSchema() {}

    /**
     * Whether just these migrations were made, and all of them went well. What differs in any way, and what can't be read, is for
     * Flyway to judge.
     */
    static boolean isIn(Connection connection) {
        try {
            return isJustThis(connection);
        } catch (SQLException e) {
            LOG.debug("the schema's history could not be read", e);
            return false;
        }
    }

    private static boolean isJustThis(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Where Flyway looks: what is further down the search path it does not see.
            try (ResultSet history = statement.executeQuery(
                    "SELECT to_regclass(quote_ident(current_schema()) || '." + HISTORY + "') IS NOT NULL")) {
                if (!history.next() || !history.getBoolean(1)) {
                    return false;
                }
            }
            List<Migration> made = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(
                    "SELECT version, checksum, success FROM " + HISTORY + " ORDER BY installed_rank")) {
                while (row.next()) {
                    if (!row.getBoolean("success")) {
                        return false;
                    }
                    made.add(new Migration(String.valueOf(row.getString("version")), row.getInt("checksum")));
                }
            }
            return made.equals(MIGRATIONS);
        }
    }
}
