package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog.Cursor;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In how many pieces the tracking is read. */
class TrackedBatchesTest {

    private static final int IN_A_BATCH = 5;
    private static final int LIMIT = 20;

    @Test
    void pagesMeetEachBatchOnceAndHaveNoMoreThanTheLimitAndABatch() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        LogSetup.prepare(LogSettings.defaults(database.url(), database.user(), database.password()))
                .close();
        List<UUID> written = new ArrayList<>();
        List<UUID> found = new ArrayList<>();
        try (Connection connection = database.connect()) {
            for (int i = 0; i < 60; i++) {
                // Of some batches all has finished, and of the last ones too, so that a page may be full of these.
                int transactions = i % 7 == 3 || i >= 30 ? 0 : IN_A_BATCH;
                written.add(write(connection, Gtrid.mint(1, 0, i).value(), transactions));
            }
            Cursor after = null;
            do {
                TrackedBatches page = TrackedBatches.read(connection, after, LIMIT);
                assertThat(page.batches()).hasSizeLessThanOrEqualTo(LIMIT);
                assertThat(page.batches().stream()
                                .mapToInt(batch -> batch.gtrids().size())
                                .sum())
                        .isLessThan(LIMIT + IN_A_BATCH);
                page.batches().forEach(batch -> found.add(batch.id()));
                after = page.next().orElse(null);
            } while (after != null);
        }
        assertThat(found).isEqualTo(written);
    }

    private static UUID write(Connection connection, UUID batch, int transactions) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO unfinished (batch, gtrids, written_at) VALUES (?, ?, now())")) {
            insert.setObject(1, batch);
            insert.setArray(
                    2,
                    connection.createArrayOf(
                            "uuid",
                            Stream.generate(() -> Gtrid.mint().value())
                                    .limit(transactions)
                                    .toArray()));
            insert.executeUpdate();
        }
        return batch;
    }
}
