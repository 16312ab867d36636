package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.Assent;
import io.assent.Transaction;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.OutcomeReply.Applied;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.testing.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set up before each test
class FaultsTest {

    private static final long MONEY = TransferLoad.MONEY;

    private TestPostgres.Embedded logServer;
    private TestPostgres.Embedded northServer;
    private TestCoordinator coordinator;
    private Assent assent;
    private TestBank north;
    private TestBank south;
    private TransferLoad load;

    @BeforeEach
    void start() throws Exception {
        logServer = TestPostgres.Embedded.start(Map.of());
        northServer = TestPostgres.Embedded.start(Map.of());
        coordinator = TestCoordinator.startOn(logServer.database());
        assent = Assent.builder()
                .coordinators(coordinator.url().toString())
                .outcomePatience(Duration.ofSeconds(30))
                .deadline(Duration.ofSeconds(8))
                .build();
        north = new TestBank("north", northServer.database(), assent.coordinator());
        south = new TestBank("south", TestPostgres.database(), assent.coordinator());
        load = new TransferLoad(assent, north, south, logServer.database());
    }

    @AfterEach
    void stop() throws Exception {
        north.close();
        south.close();
        assent.close();
        coordinator.close();
        logServer.close();
        northServer.close();
    }

    @Test
    void theLogsDatabaseStopsWhileCommitsRunAndNothingIsLost() throws Exception {
        Map<Gtrid, String> told = load.of(300, _ -> {
            logServer.stop();
            TransferLoad.await("a commit that is kept waiting", () -> unready());
            logServer.startAgain();
        });

        assertThat(told.values()).contains("COMMIT");
        load.assertAllIsWell(told);
    }

    @Test
    void connectionsToTheLogAreKilledWhileDecisionsAreWrittenAndNothingIsLost() throws Exception {
        Map<Gtrid, String> told = load.of(400, _ -> {
            for (int i = 0; i < 15; i++) {
                logServer
                        .database()
                        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE application_name = 'assent-coordinator'");
            }
        });

        assertThat(told).hasSize(400);
        assertThat(told.values()).containsOnly("COMMIT");
        load.assertAllIsWell(told);
    }

    @Test
    void aParticipantsDatabaseRestartsBetweenVoteAndOutcomeAndTheBranchCommits() throws Exception {
        Transaction transaction = load.moved(5);
        northServer.stop();
        Future<Applied> applied = inBackground(() -> transaction.commit().applied());
        TransferLoad.await(
                "the decision", () -> load.decided(transaction.gtrid()).equals("COMMIT"));
        northServer.startAgain();

        assertThat(applied.get(30, TimeUnit.SECONDS)).isIn(Applied.YES, Applied.PENDING);
        load.assertAllIsWell(Map.of(transaction.gtrid(), "COMMIT"));
        assertThat(south.money()).isEqualTo(MONEY / 2 + 5);
    }

    @Test
    void aParticipantRestartsBetweenVoteAndOutcomeAndTheBranchCommits() throws Exception {
        Transaction transaction = load.moved(5);
        north.stop();
        Future<Applied> applied = inBackground(() -> transaction.commit().applied());
        TransferLoad.await(
                "the decision", () -> load.decided(transaction.gtrid()).equals("COMMIT"));
        assertThat(north.prepared()).isEqualTo(1);
        north.start();

        assertThat(applied.get(30, TimeUnit.SECONDS)).isIn(Applied.YES, Applied.PENDING);
        load.assertAllIsWell(Map.of(transaction.gtrid(), "COMMIT"));
    }

    @Test
    void aBranchThatSomebodyRolledBackByHandIsHeuristicAndNoSuccess() throws Exception {
        Transaction transaction = load.moved(5);
        north.rollBackByHand();

        assertThat(transaction.commit().applied()).isEqualTo(Applied.HEURISTIC);
        assertThat(coordinator.get("/v1/transactions/" + transaction.gtrid()).text())
                .contains("\"state\":\"HEURISTIC\"", "HEURISTIC_ROLLBACK");
        assertThat(coordinator.get("/v1/heuristics").text())
                .contains(transaction.gtrid().toString());
        TransferLoad.await("nothing left to deliver", () -> load.left() == 0);
    }

    @Test
    void aCoordinatorThatNeverComesBackDoesNotLoseTheTransaction() throws Exception {
        try (TestCoordinator other = TestCoordinator.startOn(logServer.database());
                Assent both = Assent.builder()
                        .coordinators(coordinator.url().toString(), other.url().toString())
                        .build()) {
            Transaction transaction = both.begin();
            TransferLoad.move(transaction, north.move(1, -5));
            TransferLoad.move(transaction, south.move(1, 5));
            coordinator.close();

            assertThat(transaction.commit().decision()).isEqualTo(Decision.COMMIT);
            TransferLoad.await("everything delivered", () -> load.left() == 0);
            assertThat(south.money()).isEqualTo(MONEY / 2 + 5);
        }
    }

    @Test
    void anInitiatorThatDiesLeavesNothingPreparedAfterItsDeadline() throws Exception {
        Transaction transaction = assent.begin(assent.options().withDeadline(Duration.ofSeconds(2)));
        TransferLoad.move(transaction, north.move(1, -5));
        TransferLoad.move(transaction, south.move(1, 5));
        assertThat(load.left()).isEqualTo(2);

        TransferLoad.await("both branches rolled back", () -> load.left() == 0);
        assertThat(load.decided(transaction.gtrid())).isEqualTo("ABORT");
        assertThat(north.money() + south.money()).isEqualTo(MONEY);
        assertThat(south.money()).isEqualTo(MONEY / 2);
    }

    @Test
    void aCallToABankThatIsDownAbortsEverything() throws Exception {
        south.stop();
        Throwable failure = catchThrowable(() -> assent.runInTransaction(transaction -> {
            TransferLoad.move(transaction, north.move(1, -5));
            TransferLoad.move(transaction, south.move(1, 5));
        }));

        assertThat(failure).isInstanceOf(IOException.class);
        TransferLoad.await("nothing prepared", () -> north.prepared() == 0);
        assertThat(north.money()).isEqualTo(MONEY / 2);
        south.start();
    }

    private boolean unready() {
        return coordinator.get("/health/readiness").status() == 503;
    }

    private static <T> Future<T> inBackground(Callable<T> work) {
        java.util.concurrent.FutureTask<T> task = new java.util.concurrent.FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }
}
