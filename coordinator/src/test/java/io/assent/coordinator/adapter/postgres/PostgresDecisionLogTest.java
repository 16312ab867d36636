package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.api.AbortReason;
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
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresDecisionLogTest {

    private static final ParticipantUrl NORTH = new ParticipantUrl("http://127.0.0.1:8081/assent");
    private static final ParticipantUrl SOUTH = new ParticipantUrl("http://127.0.0.1:8082/assent");

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
    void theFirstRowWinsAndTheLoserLearnsIt() throws Exception {
        PostgresDecisionLog log = open();
        Proposal commit = commit(Gtrid.mint());
        DecisionRow first = won(propose(log, commit)).row();

        Proposed.Won second = won(propose(log, abort(commit.gtrid())));

        assertThat(second.row()).isEqualTo(first);
        assertThat(second.row().decision()).isEqualTo(Decision.COMMIT);
        assertThat(second.row().branches()).isEqualTo(commit.branches());
        assertThat(second.row().labels()).isEqualTo(commit.labels());
    }

    @Test
    void twoReplicasThatDecideTheSameTransactionsInOppositeOrdersAgree() throws Exception {
        PostgresDecisionLog left = open();
        PostgresDecisionLog right = open();
        List<Gtrid> gtrids =
                IntStream.range(0, 3000).mapToObj(i -> Gtrid.mint()).toList();
        List<Gtrid> reversed = new ArrayList<>(gtrids);
        Collections.reverse(reversed);

        List<CompletableFuture<Proposed>> commits =
                gtrids.stream().map(g -> propose(left, commit(g))).toList();
        List<CompletableFuture<Proposed>> aborts =
                reversed.stream().map(g -> propose(right, abort(g))).toList();

        for (int i = 0; i < gtrids.size(); i++) {
            DecisionRow one = won(commits.get(i)).row();
            DecisionRow other = won(aborts.get(gtrids.size() - 1 - i)).row();
            assertThat(one).isEqualTo(other);
        }
        assertThat(left.statistics().retries() + right.statistics().retries())
                .as("statements that failed, as in a deadlock")
                .isZero();
    }

    @Test
    void contradictingProposalsInOneBatchAreAnsweredByOneRow() throws Exception {
        PostgresDecisionLog log = open();
        Gtrid gtrid = Gtrid.mint();
        List<CompletableFuture<Proposed>> proposed = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            proposed.add(propose(log, i % 2 == 0 ? commit(gtrid) : abort(gtrid)));
        }

        DecisionRow row = won(proposed.getFirst()).row();
        for (CompletableFuture<Proposed> each : proposed) {
            assertThat(won(each).row()).isEqualTo(row);
        }
    }

    @Test
    void aConnectionKilledWhileDecisionsAreWrittenLosesNone() throws Exception {
        PostgresDecisionLog log = open();
        Thread killer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 20; i++) {
                killBackends();
            }
        });
        List<CompletableFuture<Proposed>> proposed = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            proposed.add(propose(log, commit(Gtrid.mint())));
        }
        killer.join();

        for (CompletableFuture<Proposed> each : proposed) {
            assertThat(won(each).progress()).isEqualTo(Progress.UNFINISHED);
        }
        assertThat(database.number("SELECT count(*) FROM decision")).isEqualTo(2000);
        assertThat(database.number("SELECT count(*) FROM (SELECT unnest(gtrids) FROM unfinished) t"))
                .isEqualTo(2000);
    }

    @Test
    void whatIsFinishedLeavesNothingToRecover() throws Exception {
        PostgresDecisionLog log = open();
        List<DecisionRow> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(won(propose(log, commit(Gtrid.mint()))).row());
        }
        assertThat(unfinished(log)).containsExactlyInAnyOrderElementsOf(rows);

        rows.forEach(log::noteFinished);

        await(() -> count("SELECT count(*) FROM unfinished") == 0);
        assertThat(unfinished(log)).isEmpty();
        assertThat(progress(log, rows.getFirst().gtrid())).isEqualTo(Progress.FINISHED);
    }

    @Test
    void aReplicaThatComesAfterACrashFindsTheUnfinishedWithoutReadingTheHistory() throws Exception {
        PostgresDecisionLog first = open();
        DecisionRow done = won(propose(first, commit(Gtrid.mint()))).row();
        DecisionRow left = won(propose(first, commit(Gtrid.mint()))).row();
        first.noteFinished(done);
        await(() -> unfinished(first).equals(List.of(left)));
        first.close();

        PostgresDecisionLog successor = open();
        assertThat(unfinished(successor)).containsExactly(left);
        successor.noteFinished(left);
        await(() -> unfinished(successor).isEmpty());
        assertThat(plan()).contains("Index").doesNotContain("Seq Scan on decision");
    }

    @Test
    void aBatchThatKeepsAStragglerIsWrittenAnewWithoutTheOthers() throws Exception {
        LogSettings settings = settings();
        PostgresDecisionLog log = open(settings);
        List<CompletableFuture<Proposed>> proposed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            proposed.add(propose(log, commit(Gtrid.mint())));
        }
        List<DecisionRow> rows = new ArrayList<>();
        for (CompletableFuture<Proposed> each : proposed) {
            rows.add(won(each).row());
        }
        DecisionRow straggler = rows.getLast();
        rows.stream().filter(r -> !r.equals(straggler)).forEach(log::noteFinished);

        await(() -> count("SELECT count(*) FROM (SELECT unnest(gtrids) FROM unfinished) t") == 1);
        assertThat(unfinished(log)).containsExactly(straggler);
        assertThat(progress(log, rows.getFirst().gtrid())).isEqualTo(Progress.FINISHED);
        assertThat(progress(log, straggler.gtrid())).isEqualTo(Progress.UNFINISHED);
    }

    @Test
    void anIdBelowTheFloorIsRefusedAlsoByAWarmStatement() throws Exception {
        PostgresDecisionLog log = open();
        for (int i = 0; i < 20; i++) {
            won(propose(log, commit(Gtrid.mint())));
        }
        Gtrid old = Gtrid.mint(System.currentTimeMillis() - Duration.ofHours(2).toMillis(), 1, 1);
        new Pruner(log.dataSource(), Duration.ofHours(1), Duration.ofDays(90)).runOnce();

        assertThat(propose(log, commit(old)).get(20, TimeUnit.SECONDS)).isEqualTo(new Proposed.BelowFloor());
        assertThat(read(log, old)).isEqualTo(new Found.BelowFloor());
        assertThat(read(log, Gtrid.mint())).isEqualTo(new Found.NoRow());
    }

    @Test
    void pruningKeepsWhatSomebodyMayStillAskFor() throws Exception {
        PostgresDecisionLog log = open();
        long old = System.currentTimeMillis() - Duration.ofHours(2).toMillis();
        DecisionRow finished = won(propose(log, commit(Gtrid.mint(old, 1, 1)))).row();
        DecisionRow unfinished =
                won(propose(log, commit(Gtrid.mint(old, 2, 2)))).row();
        DecisionRow heuristic = won(propose(log, commit(Gtrid.mint(old, 3, 3)))).row();
        DecisionRow young = won(propose(log, commit(Gtrid.mint()))).row();
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        log.recordHeuristic(
                heuristic,
                heuristic.branches().getFirst().id(),
                new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_ROLLBACK, "by hand"),
                () -> recorded.complete(null));
        recorded.get(20, TimeUnit.SECONDS);
        List.of(finished, heuristic, young).forEach(log::noteFinished);
        await(() -> count("SELECT count(*) FROM unfinished") == 1);
        assertThat(unfinished(log)).containsExactly(unfinished);

        new Pruner(log.dataSource(), Duration.ofHours(1), Duration.ofDays(90)).runOnce();

        assertThat(read(log, finished.gtrid())).isEqualTo(new Found.BelowFloor());
        assertThat(read(log, unfinished.gtrid())).isEqualTo(new Found.Row(unfinished, Progress.UNFINISHED));
        assertThat(read(log, heuristic.gtrid())).isEqualTo(new Found.Row(heuristic, Progress.HEURISTIC));
        assertThat(read(log, young.gtrid())).isEqualTo(new Found.Row(young, Progress.FINISHED));
    }

    @Test
    void raisingTheFloorWaitsForAnInsertThatMayHavePassedTheOldOne() throws Exception {
        PostgresDecisionLog log = open();
        try (Connection running = database.connect();
                Statement statement = running.createStatement()) {
            running.setAutoCommit(false);
            statement.executeQuery("SELECT gtrid FROM floor").close();

            new Pruner(log.dataSource(), Duration.ofHours(1), Duration.ofDays(90)).runOnce();

            assertThat(count("SELECT count(*) FROM floor WHERE gtrid = '00000000-0000-0000-0000-000000000000'"))
                    .as("floors not raised while a statement that read it is running")
                    .isEqualTo(1);
            running.commit();
        }
        new Pruner(log.dataSource(), Duration.ofHours(1), Duration.ofDays(90)).runOnce();
        assertThat(count("SELECT count(*) FROM floor WHERE gtrid > '00000000-0000-0000-0000-000000000000'"))
                .isEqualTo(1);
    }

    @Test
    void anIntentOfASecondListAddsToTheFirstAndGoesOnlyWhenBothAreResolved() throws Exception {
        PostgresDecisionLog log = open();
        Gtrid gtrid = Gtrid.mint();
        ListedBranch a = plain("a");
        ListedBranch b = plain("b");
        record(log, gtrid, List.of(a));
        record(log, gtrid, List.of(a));
        record(log, gtrid, List.of(b));
        await(() -> overdue(log).stream().anyMatch(i -> i.branches().equals(List.of(a, b))));

        log.dropIntent(gtrid, List.of(a.id()));
        log.dropIntent(gtrid, List.of(b.id()));
        // both run before this on readers that take turns; what is asked last is answered last
        assertThat(overdue(log)).hasSize(1);

        log.dropIntent(gtrid, List.of(a.id(), b.id()));
        await(() -> overdue(log).isEmpty());
    }

    @Test
    void aServerThatIsNotDurableIsRefusedWithTheRemedy() {
        try (TestPostgres.Embedded server = TestPostgres.Embedded.start(Map.of("fsync", "off"))) {
            TestPostgres.Database d = server.database();
            assertThat(catchThrowable(() -> PostgresDecisionLog.open(
                            LogSettings.defaults(d.url(), d.user(), d.password()),
                            new LogMeans(UUID.randomUUID(), scheduler))))
                    .isInstanceOf(LogUnusableException.class)
                    .hasMessageContaining("set fsync = on");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aConnectionWhoseCommitsAreNotDurableIsNotTrusted() throws Exception {
        open().close();
        LogDataSource source = new LogDataSource(settings());
        source.getConnection().close();

        String name = database.url().replaceAll(".*/([^/?]+).*", "$1");
        database.execute("ALTER DATABASE " + name + " SET synchronous_commit = off");

        assertThat(catchThrowable(source::getConnection)).hasMessageContaining("synchronous_commit = on (is off)");
        assertThat(catchThrowable(this::open)).isInstanceOf(LogUnusableException.class);
    }

    /** Else a decision that waited for the floor to rise would still see the old one (rule R12). */
    @Test
    void aStatementSeesWhatItWaitedForWhateverTheDatabaseIsSetTo() throws Exception {
        open().close();
        String name = database.url().replaceAll(".*/([^/?]+).*", "$1");
        database.execute("ALTER DATABASE " + name + " SET default_transaction_isolation = 'repeatable read'");

        LogDataSource source = new LogDataSource(settings());
        source.use(database.connect());

        for (int i = 0; i < 2; i++) { // the one of the start, and one of its own
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet shown = statement.executeQuery("SHOW transaction_isolation")) {
                shown.next();
                assertThat(shown.getString(1)).isEqualTo("read committed");
            }
        }
    }

    @Test
    void theConnectionOfTheStartIsUsedOnIfItLives() throws Exception {
        open().close();
        LogDataSource source = new LogDataSource(settings());
        Connection first = database.connect();
        source.use(first);
        try (Connection used = source.getConnection();
                Connection next = source.getConnection()) {
            assertThat(used).isSameAs(first);
            assertThat(next).isNotSameAs(first);
        }
        Connection dead = database.connect();
        source.use(dead);
        dead.abort(Runnable::run);
        try (Connection instead = source.getConnection()) {
            assertThat(instead.isValid(1)).isTrue();
        }
    }

    @Test
    void aServerThatStopsForAWhileLosesNothing() throws Exception {
        try (TestPostgres.Embedded server = TestPostgres.Embedded.start(Map.of())) {
            database = server.database();
            PostgresDecisionLog log = open();
            won(propose(log, commit(Gtrid.mint())));
            server.stop();
            List<CompletableFuture<Proposed>> proposed = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                proposed.add(propose(log, commit(Gtrid.mint())));
            }
            await(() -> log.statistics().retries() > 2);
            server.startAgain();

            for (CompletableFuture<Proposed> each : proposed) {
                won(each);
            }
            assertThat(database.number("SELECT count(*) FROM decision")).isEqualTo(101);
            log.close();
        }
    }

    private PostgresDecisionLog open() {
        return open(settings());
    }

    private PostgresDecisionLog open(LogSettings settings) {
        PostgresDecisionLog log = PostgresDecisionLog.open(settings, new LogMeans(UUID.randomUUID(), scheduler));
        opened.add(log);
        return log;
    }

    private LogSettings settings() {
        LogSettings d = LogSettings.defaults(database.url(), database.user(), database.password());
        return new LogSettings(
                d.url(),
                d.user(),
                d.password(),
                d.batchMax(),
                d.queueMax(),
                d.readersMax(),
                d.connectTimeout(),
                d.socketTimeout(),
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                d.retention(),
                d.auditRetention(),
                d.durability());
    }

    private static CompletableFuture<Proposed> propose(DecisionLog log, Proposal proposal) {
        CompletableFuture<Proposed> future = new CompletableFuture<>();
        log.propose(proposal, future::complete);
        return future;
    }

    private static Proposed.Won won(CompletableFuture<Proposed> proposed) throws Exception {
        Proposed result = proposed.get(30, TimeUnit.SECONDS);
        assertThat(result).isInstanceOf(Proposed.Won.class);
        return (Proposed.Won) result;
    }

    private static Found read(DecisionLog log, Gtrid gtrid) throws Exception {
        CompletableFuture<Map<Gtrid, Found>> future = new CompletableFuture<>();
        log.read(List.of(gtrid), future::complete);
        return java.util.Objects.requireNonNull(future.get(20, TimeUnit.SECONDS).get(gtrid));
    }

    private static Progress progress(DecisionLog log, Gtrid gtrid) throws Exception {
        return ((Found.Row) read(log, gtrid)).progress();
    }

    private static List<DecisionRow> unfinished(PostgresDecisionLog log) {
        CompletableFuture<DecisionLog.Page> future = new CompletableFuture<>();
        log.unfinished(null, 10_000, _ -> true, future::complete);
        return future.orTimeout(20, TimeUnit.SECONDS).join().rows();
    }

    private static List<DecisionLog.OverdueIntent> overdue(PostgresDecisionLog log) {
        CompletableFuture<List<DecisionLog.OverdueIntent>> future = new CompletableFuture<>();
        log.overdueIntents(null, 100, future::complete);
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static void record(DecisionLog log, Gtrid gtrid, List<ListedBranch> branches) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        log.recordIntent(gtrid, branches, Duration.ZERO, () -> done.complete(null));
        done.get(20, TimeUnit.SECONDS);
    }

    private void killBackends() {
        try {
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name = 'assent-coordinator' AND datname = current_database()");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long count(String sql) {
        try {
            return database.number(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String plan() throws Exception {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off");
            try (var result = statement.executeQuery(
                    "EXPLAIN SELECT gtrid FROM decision WHERE gtrid = ANY (ARRAY['" + Gtrid.mint() + "'::uuid])")) {
                while (result.next()) {
                    plan.append(result.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }

    /** Waits for a condition, at most 20 s. */
    private static void await(BooleanSupplier condition) throws Exception {
        long giveUpAt = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for 20 s").isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static Proposal commit(Gtrid gtrid) {
        return new Proposal(
                gtrid, Decision.COMMIT, List.of(branch(NORTH), branch(SOUTH)), null, Map.of("payment", "p-1"));
    }

    private static Proposal abort(Gtrid gtrid) {
        AbortReason reason = new AbortReason(AbortReason.Code.ROLLBACK_REQUESTED, "changed my mind");
        return new Proposal(gtrid, Decision.ABORT, List.of(branch(NORTH)), reason, Map.of());
    }

    private static ListedBranch branch(ParticipantUrl participant) {
        return new ListedBranch(
                new BranchId(participant, new Bqual("u-" + Bqual.mint())),
                Inquiring.CAN,
                ListedBranch.PhaseTwo.TOLD,
                "7612");
    }

    private static ListedBranch plain(String bqual) {
        return new ListedBranch(
                new BranchId(NORTH, new Bqual(bqual)), Inquiring.CANNOT, ListedBranch.PhaseTwo.TOLD, "");
    }
}
