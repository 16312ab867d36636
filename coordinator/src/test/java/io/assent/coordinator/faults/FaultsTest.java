package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.Assent;
import io.assent.OutcomeUnknownException;
import io.assent.Transaction;
import io.assent.TransactionAbortedException;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.OutcomeReply.Applied;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set up before each test
class FaultsTest {

    private static final long MONEY = 200_000;

    private TestPostgres.Embedded logServer;
    private TestPostgres.Embedded northServer;
    private TestCoordinator coordinator;
    private Assent assent;
    private TestBank north;
    private TestBank south;

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
        Map<Gtrid, String> told = underLoad(300, () -> {
            logServer.stop();
            await("a commit that is kept waiting", () -> unready());
            logServer.startAgain();
        });

        assertThat(told.values()).contains("COMMIT");
        assertAllIsWell(told);
    }

    @Test
    void connectionsToTheLogAreKilledWhileDecisionsAreWrittenAndNothingIsLost() throws Exception {
        Map<Gtrid, String> told = underLoad(400, () -> {
            for (int i = 0; i < 15; i++) {
                logServer
                        .database()
                        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE application_name = 'assent-coordinator'");
            }
        });

        assertThat(told).hasSize(400);
        assertThat(told.values()).containsOnly("COMMIT");
        assertAllIsWell(told);
    }

    @Test
    void aParticipantsDatabaseRestartsBetweenVoteAndOutcomeAndTheBranchCommits() throws Exception {
        Transaction transaction = moved();
        northServer.stop();
        Future<Applied> applied = inBackground(() -> transaction.commit().applied());
        await("the decision", () -> decided(transaction.gtrid()).equals("COMMIT"));
        northServer.startAgain();

        assertThat(applied.get(30, TimeUnit.SECONDS)).isIn(Applied.YES, Applied.PENDING);
        assertAllIsWell(Map.of(transaction.gtrid(), "COMMIT"));
        assertThat(south.money()).isEqualTo(MONEY / 2 + 5);
    }

    @Test
    void aParticipantRestartsBetweenVoteAndOutcomeAndTheBranchCommits() throws Exception {
        Transaction transaction = moved();
        north.stop();
        Future<Applied> applied = inBackground(() -> transaction.commit().applied());
        await("the decision", () -> decided(transaction.gtrid()).equals("COMMIT"));
        assertThat(north.prepared()).isEqualTo(1);
        north.start();

        assertThat(applied.get(30, TimeUnit.SECONDS)).isIn(Applied.YES, Applied.PENDING);
        assertAllIsWell(Map.of(transaction.gtrid(), "COMMIT"));
    }

    @Test
    void aBranchThatSomebodyRolledBackByHandIsHeuristicAndNoSuccess() throws Exception {
        Transaction transaction = moved();
        north.rollBackByHand();

        assertThat(transaction.commit().applied()).isEqualTo(Applied.HEURISTIC);
        assertThat(coordinator.get("/v1/transactions/" + transaction.gtrid()).text())
                .contains("\"state\":\"HEURISTIC\"", "HEURISTIC_ROLLBACK");
        assertThat(coordinator.get("/v1/heuristics").text())
                .contains(transaction.gtrid().toString());
        await("nothing left to deliver", () -> left() == 0);
    }

    @Test
    void aCoordinatorThatNeverComesBackDoesNotLoseTheTransaction() throws Exception {
        try (TestCoordinator other = TestCoordinator.startOn(logServer.database());
                Assent both = Assent.builder()
                        .coordinators(coordinator.url().toString(), other.url().toString())
                        .build()) {
            Transaction transaction = both.begin();
            move(transaction, north.move(1, -5));
            move(transaction, south.move(1, 5));
            coordinator.close();

            assertThat(transaction.commit().decision()).isEqualTo(Decision.COMMIT);
            await("everything delivered", () -> left() == 0);
            assertThat(south.money()).isEqualTo(MONEY / 2 + 5);
        }
    }

    @Test
    void anInitiatorThatDiesLeavesNothingPreparedAfterItsDeadline() throws Exception {
        Transaction transaction = assent.begin(assent.options().withDeadline(Duration.ofSeconds(2)));
        move(transaction, north.move(1, -5));
        move(transaction, south.move(1, 5));
        assertThat(left()).isEqualTo(2);

        await("both branches rolled back", () -> left() == 0);
        assertThat(decided(transaction.gtrid())).isEqualTo("ABORT");
        assertThat(north.money() + south.money()).isEqualTo(MONEY);
        assertThat(south.money()).isEqualTo(MONEY / 2);
    }

    @Test
    void aCallToABankThatIsDownAbortsEverything() throws Exception {
        south.stop();
        Throwable failure = catchThrowable(() -> assent.runInTransaction(transaction -> {
            move(transaction, north.move(1, -5));
            move(transaction, south.move(1, 5));
        }));

        assertThat(failure).isInstanceOf(IOException.class);
        await("nothing prepared", () -> north.prepared() == 0);
        assertThat(north.money()).isEqualTo(MONEY / 2);
        south.start();
    }

    private interface Fault {
        void strike() throws Exception;
    }

    /** Moves money on several threads while the fault strikes; what each client was told, unknown ones left out. */
    private Map<Gtrid, String> underLoad(int transfers, Fault fault) throws Exception {
        Map<Gtrid, String> told = new ConcurrentHashMap<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < transfers; i++) {
                int account = i % 100;
                running.add(clients.submit(() -> transfer(account, told)));
            }
            await("a first outcome", () -> !told.isEmpty());
            fault.strike();
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
        return told;
    }

    private void transfer(int account, Map<Gtrid, String> told) {
        Transaction transaction = assent.begin();
        try {
            move(transaction, north.move(account, -1));
            move(transaction, south.move(account, 1));
            told.put(transaction.gtrid(), transaction.commit().decision().name());
        } catch (TransactionAbortedException e) {
            told.put(transaction.gtrid(), "ABORT");
        } catch (OutcomeUnknownException | IOException e) {
            transaction.close(); // unknown: whatever became of it, the books must balance
        }
    }

    private Transaction moved() throws IOException {
        Transaction transaction = assent.begin();
        move(transaction, north.move(1, -5));
        move(transaction, south.move(1, 5));
        return transaction;
    }

    private static void move(Transaction transaction, URI move) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(move)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        int status = transaction.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IOException("bank answered " + status);
        }
    }

    /** The books balance, nothing is left behind, and the log says what every client was told. */
    private void assertAllIsWell(Map<Gtrid, String> told) throws Exception {
        await("nothing prepared and nothing unfinished", () -> left() == 0);
        assertThat(north.money() + south.money()).isEqualTo(MONEY);
        for (Map.Entry<Gtrid, String> each : told.entrySet()) {
            assertThat(decided(each.getKey())).isEqualTo(each.getValue());
        }
        long committed = told.values().stream().filter("COMMIT"::equals).count();
        assertThat(logServer.database().number("SELECT count(*) FROM decision WHERE outcome = 1"))
                .isGreaterThanOrEqualTo(committed);
    }

    private long left() throws Exception {
        return north.prepared()
                + south.prepared()
                + logServer.database().number("SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished");
    }

    private String decided(Gtrid gtrid) throws Exception {
        long outcome = logServer
                .database()
                .number("SELECT coalesce((SELECT outcome FROM decision WHERE gtrid = '" + gtrid + "'), -1)");
        return outcome == 1 ? "COMMIT" : outcome == 0 ? "ABORT" : "NONE";
    }

    private boolean unready() {
        return coordinator.get("/health/readiness").status() == 503;
    }

    private static <T> Future<T> inBackground(Callable<T> work) {
        java.util.concurrent.FutureTask<T> task = new java.util.concurrent.FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long giveUpAt = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited 30 s for " + what).isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
