package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Rows that nobody expects, and what they must not do to the others. */
class LogFaultsTest {

    private static final ParticipantUrl NORTH = new ParticipantUrl("http://127.0.0.1:8081/assent");
    private static final int HISTORY = 20_000;

    private final SystemScheduler scheduler = new SystemScheduler();
    private TestPostgres.Database database = new TestPostgres.Database("", "", "");
    private final List<PostgresDecisionLog> opened = new ArrayList<>();

    @BeforeEach
    void createDatabase() throws Exception {
        database = TestPostgres.database();
    }

    @AfterEach
    void close() {
        opened.forEach(PostgresDecisionLog::close);
        scheduler.close();
    }

    @Test
    void aRowOfANewerVersionIsNotTakenForAnythingAndHoldsUpNobodyElse() throws Exception {
        PostgresDecisionLog log = open();
        DecisionRow strange = won(propose(log, Gtrid.mint())).row();
        DecisionRow other = won(propose(log, Gtrid.mint())).row();
        database.execute("UPDATE decision SET detail = '\\x63' WHERE gtrid = '" + strange.gtrid() + "'");

        CompletableFuture<Proposed> again = propose(log, strange.gtrid());
        CompletableFuture<Proposed> next = propose(log, Gtrid.mint());

        assertThat(again.get(10, TimeUnit.SECONDS)).isEqualTo(new Proposed.Unreadable());
        assertThat(won(next).progress()).isEqualTo(Progress.UNFINISHED);
        Map<Gtrid, Found> found = read(log, List.of(strange.gtrid(), other.gtrid()));
        assertThat(found.get(strange.gtrid())).isEqualTo(new Found.Unavailable());
        assertThat(found.get(other.gtrid())).isEqualTo(new Found.Row(other, Progress.UNFINISHED));
        assertThat(unfinished(open(), null, 100).rows()).contains(other).doesNotContain(strange);
        assertThat(database.number("SELECT count(*) FROM unfinished WHERE '" + strange.gtrid() + "' = ANY (gtrids)"))
                .as("batches that still track the row that can't be read")
                .isPositive();
    }

    @Test
    void aRowThatIsStillThereBelowTheFloorIsToldAndNotItsAbsence() throws Exception {
        PostgresDecisionLog log = open();
        Gtrid old = Gtrid.mint(System.currentTimeMillis() - Duration.ofHours(2).toMillis(), 1, 1);
        DecisionRow row = won(propose(log, old)).row();
        long _ = new Pruner(log.dataSource(), Duration.ofHours(1), Duration.ofDays(90)).runOnce();

        assertThat(won(propose(log, old))).isEqualTo(new Proposed.Won(row, Progress.UNFINISHED));
    }

    @Test
    void pagesGoOnBehindBatchesThatNameNothing() throws Exception {
        PostgresDecisionLog log = open();
        for (int i = 0; i < 3; i++) {
            database.execute(
                    "INSERT INTO unfinished VALUES ('00000000-0000-7000-8000-00000000000" + i + "', '{}', now())");
        }
        DecisionRow row = won(propose(log, Gtrid.mint())).row();

        DecisionLog.Page first = unfinished(log, null, 2);

        assertThat(first.next()).isPresent();
        List<DecisionRow> rows = new ArrayList<>(first.rows());
        rows.addAll(unfinished(log, first.next().get(), 2).rows());
        assertThat(rows).contains(row);
    }

    @Test
    void aReplicaThatStopsWithinATransactionDoesNotStopTheOthers() throws Exception {
        PostgresDecisionLog stopped = open();
        PostgresDecisionLog other = open();
        try (Connection floor = stopped.dataSource().getConnection();
                Statement lock = floor.createStatement()) {
            floor.setAutoCommit(false);
            lock.execute("LOCK TABLE floor IN ACCESS EXCLUSIVE MODE");

            assertThat(won(propose(other, Gtrid.mint())).progress()).isEqualTo(Progress.UNFINISHED);
            assertThatThrownBy(floor::commit).hasMessageContaining("idle-in-transaction timeout");
        }
    }

    @Test
    void finishedBatchesThatAnotherReplicaHasLockedHoldUpNoDecision() throws Exception {
        PostgresDecisionLog log = open();
        DecisionRow row = won(propose(log, Gtrid.mint())).row();
        try (Connection locked = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement lock = locked.createStatement()) {
            locked.setAutoCommit(false);
            lock.execute("SELECT 1 FROM unfinished FOR UPDATE");
            log.noteFinished(row);

            // The second one comes behind the attempt to delete what is locked.
            assertThat(won(propose(log, Gtrid.mint())).progress()).isEqualTo(Progress.UNFINISHED);
            assertThat(won(propose(log, Gtrid.mint())).progress()).isEqualTo(Progress.UNFINISHED);
            locked.rollback();
        }
        await("SELECT count(*) FROM unfinished WHERE '" + row.gtrid() + "' = ANY (gtrids)", 0);
    }

    @Test
    void aConsumerThatThrowsIsCalledOnceAndDoesNotStopTheLog() throws Exception {
        PostgresDecisionLog log = open();
        List<Map<Gtrid, Found>> calls = new ArrayList<>();
        Gtrid gtrid = Gtrid.mint();
        for (int i = 0; i < 10; i++) {
            log.read(List.of(gtrid), found -> {
                synchronized (calls) {
                    calls.add(found);
                }
                throw new IllegalStateException("thrown by a test");
            });
        }
        for (int i = 0; i < 10; i++) {
            assertThat(read(log, List.of(gtrid))).containsEntry(gtrid, new Found.NoRow());
        }
        log.close();
        synchronized (calls) {
            assertThat(calls).hasSizeLessThanOrEqualTo(10).allMatch(c -> c.get(gtrid) instanceof Found.NoRow);
        }
    }

    @Test
    void findingTheUnfinishedDoesNotScanTheHistory() throws Exception {
        PostgresDecisionLog log = open();
        long before = database.number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn");
        List<CompletableFuture<Proposed>> proposed = IntStream.range(0, HISTORY)
                .mapToObj(_ -> propose(log, Gtrid.mint()))
                .toList();
        List<DecisionRow> rows = new ArrayList<>();
        for (CompletableFuture<Proposed> each : proposed) {
            rows.add(won(each).row());
        }
        long wal = database.number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn") - before;
        LoggerFactory.getLogger(getClass()).info("wal bytesPerDecision={}", wal / HISTORY);
        DecisionRow left = rows.removeLast();
        rows.forEach(log::noteFinished);
        await("SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished", 1);
        log.close();
        database.execute("ANALYZE");
        PostgresDecisionLog successor = open();
        long scanned = rowsScanned();

        assertThat(unfinished(successor, null, 100).rows()).containsExactly(left);
        successor.close(); // its backends report what they did when they end

        await(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assent-coordinator'"
                        + " AND datname = current_database()",
                0);
        // A start looks whether there is any row.
        assertThat(rowsScanned() - scanned).isLessThanOrEqualTo(1);
    }

    private long rowsScanned() throws Exception {
        return database.number("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'decision'");
    }

    private PostgresDecisionLog open() {
        LogSettings d = LogSettings.defaults(database.url(), database.user(), database.password());
        LogSettings settings = new LogSettings(
                d.url(),
                d.user(),
                d.password(),
                d.batchMax(),
                d.queueMax(),
                d.readersMax(),
                d.connectTimeout(),
                d.socketTimeout(),
                d.reconnectMax(),
                Duration.ofMillis(100),
                d.retention(),
                d.auditRetention(),
                d.durability());
        PostgresDecisionLog log = PostgresDecisionLog.open(settings, new LogMeans(UUID.randomUUID(), scheduler));
        opened.add(log);
        return log;
    }

    private static CompletableFuture<Proposed> propose(DecisionLog log, Gtrid gtrid) {
        BranchId branch = new BranchId(NORTH, new Bqual("u-" + Bqual.mint()));
        ListedBranch listed = new ListedBranch(branch, Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "7612");
        CompletableFuture<Proposed> future = new CompletableFuture<>();
        log.propose(new Proposal(gtrid, Decision.COMMIT, List.of(listed), null, Map.of()), future::complete);
        return future;
    }

    private static Proposed.Won won(CompletableFuture<Proposed> proposed) throws Exception {
        Proposed result = proposed.get(30, TimeUnit.SECONDS);
        assertThat(result).isInstanceOf(Proposed.Won.class);
        return (Proposed.Won) result;
    }

    private static Map<Gtrid, Found> read(DecisionLog log, List<Gtrid> gtrids) throws Exception {
        CompletableFuture<Map<Gtrid, Found>> future = new CompletableFuture<>();
        log.read(gtrids, future::complete);
        return future.get(20, TimeUnit.SECONDS);
    }

    private static DecisionLog.Page unfinished(PostgresDecisionLog log, DecisionLog.@Nullable Cursor after, int limit)
            throws Exception {
        CompletableFuture<DecisionLog.Page> future = new CompletableFuture<>();
        log.unfinished(after, limit, _ -> true, future::complete);
        return future.get(20, TimeUnit.SECONDS);
    }

    /** Waits until the query gives the number, at most 20 s. */
    private void await(String sql, long number) throws Exception {
        long giveUpAt = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (database.number(sql) != number) {
            assertThat(System.nanoTime()).as("waited for 20 s").isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
