package io.assent.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.coordinator.adapter.postgres.LogMeans;
import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.LogUnusableException;
import io.assent.coordinator.adapter.postgres.MembershipSettings;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A start that fails elsewhere leaves nothing open, however far the opening has come. */
final class OpeningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestPostgres.Database database;
    private final SystemScheduler scheduler = new SystemScheduler();

    OpeningTest() throws SQLException {
        database = TestPostgres.database();
    }

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void whatIsOpenIsClosed() throws Exception {
        Opening opening = begin(database.url());
        opening.await();
        assertThat(database.number("SELECT count(*) FROM replica")).isEqualTo(1);

        opening.undo();

        assertNothingIsLeft();
    }

    @Test
    void whatIsStillToBeOpenedIsClosedToo() throws Exception {
        Opening opening = begin(database.url());
        opening.undo();

        Throwable _ = catchThrowable(opening::await);

        assertNothingIsLeft();
    }

    @Test
    void whatWentWrongIsToldAsItWas() {
        Opening opening = begin("jdbc:postgresql://127.0.0.1:1/nowhere");
        assertThat(catchThrowable(opening::await)).isInstanceOf(LogUnusableException.class);
        assertThat(catchThrowable(opening::log)).hasMessageContaining("127.0.0.1:1/nowhere");
        opening.undo();
    }

    private Opening begin(String url) {
        LogSettings log = LogSettings.defaults(url, database.user(), database.password());
        LogMeans means = new LogMeans(UUID.randomUUID(), scheduler);
        return Opening.begin(List.of(log), MembershipSettings.defaults(), "a", means);
    }

    private void assertNothingIsLeft() throws Exception {
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        String connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'assent-%'";
        while (database.number(connections) > 0) {
            assertThat(System.nanoTime()).as("connections are left").isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        if (database.number("SELECT count(*) FROM pg_tables WHERE tablename = 'replica'") > 0) {
            assertThat(database.number("SELECT count(*) FROM replica")).isZero();
        }
    }
}
