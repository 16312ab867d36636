package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.postgres.FinishedBatches.Pressure;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FinishedBatchesTest {

    private static final LogSettings SETTINGS = LogSettings.defaults("jdbc:postgresql:unused", "", "");

    private final BatchTracker tracker = new BatchTracker(1000);
    private final FinishedBatches finished = new FinishedBatches(tracker, SETTINGS);
    private final long now = System.nanoTime();

    @Test
    void whileDecisionsWaitAFewFinishedBatchesAreLeftForLater() {
        finish(FinishedBatches.WORTHWHILE - 1);

        assertThat(finished.isDue(Pressure.BUSY, now)).isFalse();
        assertThat(finished.isDue(Pressure.IDLE, now)).isTrue();
        assertThat(finished.isDue(Pressure.BUSY, afterStaysMax(now))).isTrue();
    }

    @Test
    void manyFinishedBatchesAreRemovedEvenWhileDecisionsWait() {
        finish(FinishedBatches.WORTHWHILE);

        assertThat(finished.isDue(Pressure.BUSY, now)).isTrue();
    }

    @Test
    void whatIsFinishedGoesInOneCommitAndTheRestStays() throws Exception {
        TestPostgres.Database database = migrated();
        try (Connection connection = connect(database)) {
            List<UUID> done = finish(FinishedBatches.WORTHWHILE);
            UUID open = Gtrid.mint().value();
            for (UUID batch : done) {
                track(connection, batch);
            }
            track(connection, open);

            finished.remove(connection, now);

            assertThat(tracked(connection)).containsExactly(open);
            assertThat(tracker.doneCount()).isZero();
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void afterARemovalThatFailedDecisionsAreNotHeldUpByTheNextAtOnce() throws Exception {
        TestPostgres.Database database = migrated();
        List<UUID> done = finish(FinishedBatches.WORTHWHILE);
        try (Connection other = connect(database);
                Connection connection = connect(database)) {
            track(other, done.getFirst());
            other.setAutoCommit(false);
            try (Statement lock = other.createStatement()) {
                lock.execute("LOCK TABLE unfinished IN ACCESS EXCLUSIVE MODE");
            }

            assertThat(catchSql(() -> finished.remove(connection, now))).isEqualTo("55P03");
        }

        assertThat(finished.isDue(Pressure.BUSY, now)).isFalse();
        assertThat(finished.isDue(Pressure.BUSY, afterStaysMax(now))).isTrue();
        try (Connection again = connect(database)) {
            finished.remove(again, now);
            assertThat(tracked(again)).isEmpty();
        }
    }

    private interface Action {
        void run() throws SQLException;
    }

    private static String catchSql(Action action) {
        try {
            action.run();
            return "";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }

    private static long afterStaysMax(long nanos) {
        return nanos + FinishedBatches.STAYS_MAX.plus(Duration.ofMillis(100)).toNanos();
    }

    private List<UUID> finish(int batches) {
        List<UUID> done =
                Stream.generate(() -> Gtrid.mint().value()).limit(batches).toList();
        done.forEach(batch -> {
            Gtrid gtrid = Gtrid.mint();
            tracker.wrote(batch, List.of(gtrid), List.of(), now);
            tracker.finished(batch, gtrid);
        });
        return done;
    }

    private static TestPostgres.Database migrated() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        LogSetup.prepare(LogSettings.defaults(database.url(), database.user(), database.password()))
                .close();
        return database;
    }

    private static Connection connect(TestPostgres.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    private static void track(Connection connection, UUID batch) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO unfinished (batch, gtrids, written_at) VALUES (?, '{}', now())")) {
            insert.setObject(1, batch);
            insert.executeUpdate();
        }
    }

    private static List<UUID> tracked(Connection connection) throws SQLException {
        List<UUID> batches = new ArrayList<>();
        try (Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT batch FROM unfinished")) {
            while (rows.next()) {
                batches.add(rows.getObject(1, UUID.class));
            }
        }
        return batches;
    }
}
