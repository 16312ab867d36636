package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.coordinator.adapter.postgres.LogSchema.Migration;
import io.assent.coordinator.testing.TestPostgres;
import io.assent.coordinator.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start leaves Flyway out only where it would find nothing to do and nothing wrong. */
@SuppressWarnings("NullAway.Init") // set up by each test
class LogSchemaTest {

    private Database database;
    private LogSettings settings;

    @BeforeEach
    void start() throws Exception {
        database = TestPostgres.database();
        settings = LogSettings.defaults(database.url(), database.user(), database.password());
    }

    @Test
    void theMigrationsAreThoseThatFlywayFinds() {
        Flyway flyway = Flyway.configure()
                .dataSource(database.url(), database.user(), database.password())
                .locations("classpath:db/migration")
                .load();
        List<Migration> found = Arrays.stream(flyway.info().all())
                .map(each -> new Migration(each.getVersion().getVersion(), Objects.requireNonNull(each.getChecksum())))
                .toList();
        assertThat(LogSchema.MIGRATIONS)
                .as("a migration that is new or was changed belongs in LogSchema.MIGRATIONS")
                .isEqualTo(found);
    }

    @Test
    void whereTheyWereMadeThereIsNothingToDo() throws Exception {
        assertThat(isIn()).isFalse();
        LogSetup.prepare(settings).close();
        assertThat(isIn()).isTrue();
        LogSetup.prepare(settings).close();
        assertThat(isIn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM flyway_schema_history",
                "DELETE FROM flyway_schema_history WHERE version = '3'",
                "UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2'",
                "UPDATE flyway_schema_history SET success = false WHERE version = '3'",
                "ALTER TABLE flyway_schema_history RENAME COLUMN checksum TO sum",
                "UPDATE flyway_schema_history SET version = NULL WHERE version = '3'",
                "INSERT INTO flyway_schema_history SELECT 9, '9', 'later', type, 'V9__later.sql', 1, installed_by,"
                        + " installed_on, 1, true FROM flyway_schema_history WHERE version = '1'"
            })
    void whateverDiffersIsForFlyway(String sql) throws Exception {
        LogSetup.prepare(settings).close();
        database.execute(sql);
        assertThat(isIn()).isFalse();
    }

    @Test
    void thoseOfAnotherSchemaDoNotCount() throws Exception {
        LogSetup.prepare(settings).close();
        database.execute("CREATE SCHEMA other");
        assertThat(isIn("currentSchema=other,public")).isFalse();
        assertThat(isIn("currentSchema=nowhere")).isFalse();
    }

    @Test
    void aMigrationThatIsMissingIsMade() throws Exception {
        LogSetup.prepare(settings).close();
        database.execute("DROP TABLE log_place; DELETE FROM flyway_schema_history WHERE version = '3'");
        LogSetup.prepare(settings).close();
        assertThat(isIn()).isTrue();
        assertThat(database.number("SELECT count(*) FROM log_place")).isZero();
    }

    @Test
    void aMigrationThatWasChangedEndsTheStart() throws Exception {
        LogSetup.prepare(settings).close();
        database.execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2'");
        assertThatThrownBy(() -> LogSetup.prepare(settings))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining("flyway_schema_history");
    }

    private boolean isIn() throws Exception {
        return isIn("tcpKeepAlive=true");
    }

    private boolean isIn(String parameter) throws Exception {
        String url = database.url() + (database.url().contains("?") ? "&" : "?") + parameter;
        try (Connection connection = DriverManager.getConnection(url, database.user(), database.password())) {
            return LogSchema.isIn(connection);
        }
    }
}
