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
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.engine.port.Turns;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions that meet others on their way, warnings, and servers that are not fit to hold the log. */
class LogRacesTest {

    private static final ParticipantUrl NORTH = new ParticipantUrl("http://127.0.0.1:8081/assent");
    /** After as many the driver prepares a statement on the server, and the server may keep its plan. */
    private static final int WARM = 12;

    private static final String WAITS_FOR_LOCK = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND application_name = 'assent-coordinator' AND datname = current_database()";

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

    @ParameterizedTest
    @EnumSource
    void aLoserWhoseWinnerIsStillInFlightWaitsAndTakesTheWinnersRow(DecisionStatements.Form form) throws Exception {
        PostgresDecisionLog log = openFor(form);
        Proposal winner = proposal(Gtrid.mint(), Decision.COMMIT);
        try (Connection inFlight = database.connect()) {
            inFlight.setAutoCommit(false);
            DecisionStatements.Rows _ = decide(inFlight, winner);
            CompletableFuture<Proposed> loser = propose(log, proposal(winner.gtrid(), Decision.ABORT));
            await(() -> database.number(WAITS_FOR_LOCK) == 1);
            assertThat(loser).isNotDone();

            inFlight.commit();

            assertThat(won(loser).decision()).isEqualTo(Decision.COMMIT);
            assertThat(won(loser).branches()).isEqualTo(winner.branches());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWinnerInFlightThatDiesLeavesTheDecisionToTheOther(DecisionStatements.Form form) throws Exception {
        PostgresDecisionLog log = openFor(form);
        Gtrid gtrid = Gtrid.mint();
        try (Connection inFlight = database.connect()) {
            inFlight.setAutoCommit(false);
            DecisionStatements.Rows _ = decide(inFlight, proposal(gtrid, Decision.COMMIT));
            CompletableFuture<Proposed> second = propose(log, proposal(gtrid, Decision.ABORT));
            await(() -> database.number(WAITS_FOR_LOCK) == 1);
            inFlight.rollback();

            assertThat(won(second).decision()).isEqualTo(Decision.ABORT);
        }
    }

    @Test
    void aBatchInWhichOneIdHasARowDecidesTheOthersAndTakesThatRow() throws Exception {
        PostgresDecisionLog log = open();
        // The lowest id is written before the server comes to the one that has a row.
        Gtrid lowest = Gtrid.mint(Gtrid.mint().mintedAtMillis() - 1000);
        Proposal there = proposal(Gtrid.mint(), Decision.COMMIT);
        DecisionRow first = won(propose(log, there));
        try (Connection inFlight = database.connect()) {
            inFlight.setAutoCommit(false);
            Proposal slow = proposal(Gtrid.mint(), Decision.COMMIT);
            DecisionStatements.Rows _ = decide(inFlight, slow);
            // Holds the writer up, so that what comes now is one batch.
            CompletableFuture<Proposed> held = propose(log, proposal(slow.gtrid(), Decision.ABORT));
            await(() -> database.number(WAITS_FOR_LOCK) == 1);
            CompletableFuture<Proposed> again = propose(log, proposal(there.gtrid(), Decision.ABORT));
            List<CompletableFuture<Proposed>> fresh = new ArrayList<>();
            for (int i = 0; i < WARM; i++) {
                Gtrid gtrid = i == 0 ? lowest : Gtrid.mint();
                fresh.add(propose(log, proposal(gtrid, i % 2 == 0 ? Decision.COMMIT : Decision.ABORT)));
            }
            inFlight.rollback();

            assertThat(won(held).decision()).isEqualTo(Decision.ABORT);
            assertThat(won(again)).isEqualTo(first);
            for (int i = 0; i < WARM; i++) {
                assertThat(won(fresh.get(i)).decision()).isEqualTo(i % 2 == 0 ? Decision.COMMIT : Decision.ABORT);
            }
        }
        assertThat(log.statistics().collisions()).isEqualTo(1);
        assertThat(log.statistics().retries()).isZero();
        assertThat(database.number("SELECT count(*) FROM decision")).isEqualTo(WARM + 2);
    }

    @Test
    void whatOneStatementHasDecidedIsTakenUpAsOne() throws Exception {
        Queue<Runnable> results = new ConcurrentLinkedQueue<>();
        PostgresDecisionLog log = open(new Turns() {
            @Override
            public void afterThis(Runnable task) {
                task.run();
            }

            @Override
            public void asOne(Runnable task) {
                results.add(task);
            }
        });
        try (Connection inFlight = database.connect()) {
            inFlight.setAutoCommit(false);
            Proposal slow = proposal(Gtrid.mint(), Decision.COMMIT);
            DecisionStatements.Rows _ = decide(inFlight, slow);
            CompletableFuture<Proposed> held = propose(log, slow);
            await(() -> database.number(WAITS_FOR_LOCK) == 1);
            List<CompletableFuture<Proposed>> together = new ArrayList<>();
            for (int i = 0; i < WARM; i++) {
                together.add(propose(log, proposal(Gtrid.mint(), Decision.COMMIT)));
            }
            inFlight.rollback();
            await(() -> results.size() == 2);
            assertThat(together).noneMatch(CompletableFuture::isDone);

            results.remove().run();
            DecisionRow _ = won(held);
            results.remove().run();
            assertThat(together).allMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void afterOneCollisionTheNextBatchesDoNotRunIntoOthers() throws Exception {
        PostgresDecisionLog log = open();
        Proposal there = proposal(Gtrid.mint(), Decision.COMMIT);
        DecisionRow first = won(propose(log, there));
        for (int i = 0; i <= GroupCommit.CONTESTED_BATCHES; i++) {
            assertThat(won(propose(log, proposal(there.gtrid(), Decision.ABORT))))
                    .isEqualTo(first);
        }
        assertThat(log.statistics().collisions()).isEqualTo(1);

        assertThat(won(propose(log, proposal(there.gtrid(), Decision.ABORT)))).isEqualTo(first);

        assertThat(log.statistics().collisions()).isEqualTo(2);
        assertThat(log.statistics().retries()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anInsertThatQueuedBehindTheRisingFloorSeesItRaised(DecisionStatements.Form form) throws Exception {
        PostgresDecisionLog log = openFor(form);
        for (int i = 0; i < WARM; i++) {
            DecisionRow _ = won(propose(log, proposal(Gtrid.mint(), Decision.COMMIT)));
        }
        Gtrid below = Gtrid.mint();
        try (Connection pruning = database.connect();
                Statement statement = pruning.createStatement()) {
            pruning.setAutoCommit(false);
            statement.execute("LOCK TABLE floor IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Proposed> queued = propose(log, proposal(below, Decision.COMMIT));
            await(() -> database.number(WAITS_FOR_LOCK) == 1);
            long later = below.mintedAtMillis() + Duration.ofMinutes(1).toMillis();
            statement.execute("UPDATE floor SET gtrid = '" + Gtrid.floorOf(later) + "'");
            pruning.commit();

            assertThat(queued.get(20, TimeUnit.SECONDS)).isEqualTo(new Proposed.BelowFloor());
        }
        assertThat(database.number("SELECT count(*) FROM decision WHERE gtrid = '" + below + "'"))
                .isZero();
    }

    @Test
    void aDecisionThatTheServerWarnsOfIsUnknownUntilItDoesNot() throws Exception {
        PostgresDecisionLog log = open();
        warnOf("decision");
        CompletableFuture<Proposed> proposed = propose(log, proposal(Gtrid.mint(), Decision.COMMIT));
        await(() -> log.statistics().retries() >= 3);
        assertThat(proposed).isNotDone();
        assertThat(log.statistics().lastError()).contains("not confirmed");

        database.execute("DROP TRIGGER warns ON decision");

        assertThat(won(proposed).decision()).isEqualTo(Decision.COMMIT);
    }

    @Test
    void aConnectionWhoseFirstWriteTheServerWarnsOfIsNotTrusted() throws Exception {
        PostgresDecisionLog log = open();
        warnOf("barrier");
        CompletableFuture<Proposed> proposed = propose(log, proposal(Gtrid.mint(), Decision.COMMIT));
        await(() -> log.statistics().retries() >= 3);

        assertThat(database.number("SELECT count(*) FROM decision")).isZero();
        assertThat(proposed).isNotDone();
        database.execute("DROP TRIGGER warns ON barrier");
        DecisionRow _ = won(proposed);
    }

    @Test
    void aRowBelowTheFloorIsBelievedOnceAWriteIsConfirmed() throws Exception {
        PostgresDecisionLog log = open();
        DecisionRow first = won(propose(log, proposal(Gtrid.mint(), Decision.COMMIT)));
        Gtrid above = Gtrid.floorOf(first.gtrid().mintedAtMillis() + 1);
        database.execute("UPDATE floor SET gtrid = '" + above + "'");
        warnOf("barrier");
        CompletableFuture<Proposed> again = propose(log, proposal(first.gtrid(), Decision.ABORT));
        await(() -> log.statistics().retries() >= 1);
        assertThat(again).isNotDone();

        database.execute("DROP TRIGGER warns ON barrier");

        assertThat(won(again)).isEqualTo(first);
    }

    @Test
    void anIntentThatTheServerWarnsOfIsNotSaidToBeRecorded() throws Exception {
        PostgresDecisionLog log = open();
        warnOf("intent");
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        Proposal of = proposal(Gtrid.mint(), Decision.COMMIT);
        log.recordIntent(of.gtrid(), of.branches(), Duration.ofMinutes(1), () -> recorded.complete(null));
        await(() -> database.number("SELECT count(*) FROM intent") == 1);
        assertThat(recorded).isNotDone();

        database.execute("DROP TRIGGER warns ON intent");

        recorded.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aNoticeIsNoWarning() throws Exception {
        PostgresDecisionLog log = open();
        raiseOn("decision", "NOTICE");

        DecisionRow _ = won(propose(log, proposal(Gtrid.mint(), Decision.COMMIT)));
    }

    @ParameterizedTest
    @CsvSource({
        "synchronous_commit, off, set synchronous_commit = on",
        "synchronous_commit, local, set synchronous_commit = on",
        "synchronous_commit, remote_write, set synchronous_commit = on",
        "default_transaction_read_only, on, set default_transaction_read_only = off",
    })
    void aDatabaseThatWouldLoseDecisionsIsRefusedWithTheRemedy(String setting, String value, String remedy)
            throws Exception {
        String name = database.url().replaceAll(".*/([^/?]+).*", "$1");
        database.execute("ALTER DATABASE " + name + " SET " + setting + " = '" + value + "'");

        assertThat(catchThrowable(this::open))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining(remedy);
    }

    @Test
    void aServerThatMayTearPagesIsRefusedWithTheRemedy() throws Exception {
        try (TestPostgres.Embedded server = TestPostgres.Embedded.start(Map.of("full_page_writes", "off"))) {
            database = server.database();

            assertThat(catchThrowable(this::open))
                    .isInstanceOf(LogUnusableException.class)
                    .hasMessageContaining("set full_page_writes = on");
        }
    }

    @Test
    void aUserWhoMayNotCreateTablesIsToldSo() throws Exception {
        String user = database.url().replaceAll(".*/([^/?]+).*", "$1") + "_user";
        database.execute("CREATE USER " + user + " PASSWORD 'p'");
        LogSettings settings = LogSettings.defaults(database.url(), user, "p");

        assertThat(catchThrowable(() -> PostgresDecisionLog.open(settings, new LogMeans(UUID.randomUUID(), scheduler))))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining("give user '" + user + "' the right to create tables");
    }

    @Test
    void aLogWithoutItsBarrierIsRefusedWithTheRemedy() throws Exception {
        open().close();
        database.execute("DELETE FROM barrier");

        assertThat(catchThrowable(this::open))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining("INSERT INTO barrier VALUES (1, 0)");
    }

    private void warnOf(String table) throws Exception {
        raiseOn(table, "WARNING");
    }

    private void raiseOn(String table, String level) throws Exception {
        database.execute("CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS " + "$$ BEGIN RAISE " + level
                + " 'raised by a test'; RETURN NEW; END $$");
        database.execute(
                "CREATE TRIGGER warns BEFORE INSERT OR UPDATE ON " + table + " FOR EACH ROW EXECUTE FUNCTION warn()");
    }

    /** A log whose next batches go in this form. */
    private PostgresDecisionLog openFor(DecisionStatements.Form form) throws Exception {
        PostgresDecisionLog log = open();
        if (form == DecisionStatements.Form.CONTESTED) {
            Gtrid twice = Gtrid.mint();
            DecisionRow first = won(propose(log, proposal(twice, Decision.COMMIT)));
            assertThat(won(propose(log, proposal(twice, Decision.ABORT)))).isEqualTo(first);
            assertThat(log.statistics().collisions()).isEqualTo(1);
        }
        return log;
    }

    private PostgresDecisionLog open() {
        return open(Turns.NONE);
    }

    private PostgresDecisionLog open(Turns turns) {
        LogSettings settings = LogSettings.defaults(database.url(), database.user(), database.password());
        PostgresDecisionLog log = PostgresDecisionLog.open(settings, new LogMeans(UUID.randomUUID(), scheduler, turns));
        opened.add(log);
        return log;
    }

    private static DecisionStatements.Rows decide(Connection connection, Proposal proposal) throws Exception {
        return DecisionStatements.decide(
                connection, DecisionStatements.Form.FRESH, UUID.randomUUID(), UUID.randomUUID(), List.of(proposal));
    }

    private static CompletableFuture<Proposed> propose(PostgresDecisionLog log, Proposal proposal) {
        CompletableFuture<Proposed> future = new CompletableFuture<>();
        log.propose(proposal, future::complete);
        return future;
    }

    private static DecisionRow won(CompletableFuture<Proposed> proposed) throws Exception {
        Proposed result = proposed.get(20, TimeUnit.SECONDS);
        assertThat(result).isInstanceOf(Proposed.Won.class);
        return ((Proposed.Won) result).row();
    }

    private static Proposal proposal(Gtrid gtrid, Decision decision) {
        ListedBranch branch = new ListedBranch(
                new BranchId(NORTH, new Bqual("u-" + Bqual.mint())), Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "7612");
        AbortReason reason = decision == Decision.COMMIT
                ? null
                : new AbortReason(AbortReason.Code.ROLLBACK_REQUESTED, "changed my mind");
        return new Proposal(gtrid, decision, List.of(branch), reason, Map.of());
    }

    /** Waits for a condition, at most 20 s. */
    private static void await(Callable<Boolean> condition) throws Exception {
        long giveUpAt = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited for 20 s").isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
