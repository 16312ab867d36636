package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.assent.Assent;
import io.assent.OutcomeUnknownException;
import io.assent.Transaction;
import io.assent.TransactionAbortedException;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.client.OutcomeAnswer;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.testing.TestPostgres.Database;
import io.assent.coordinator.testing.TestPostgres.Embedded;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Money moves while the log is split over two databases, and one of them stops. */
@SuppressWarnings("NullAway.Init") // set up by each test
class SplitLogTest {

    private static final int CLIENTS = 8;
    private static final int ACCOUNTS_OF_A_LOG = 50;
    private static final String FIRST = "log 1 of 2";
    private static final String SECOND = "log 2 of 2";

    /** What each client was told, by transaction. */
    private final Map<Gtrid, String> told = new ConcurrentHashMap<>();

    private Embedded one;
    private Embedded two;
    private Embedded banks;
    private TestCoordinator coordinator;
    private Assent assent;
    private TestBank north;
    private TestBank south;

    @BeforeEach
    void start() throws Exception {
        one = Embedded.start(Map.of());
        two = Embedded.start(Map.of());
        coordinator = replica("a");
        assent = Assent.builder()
                .coordinators(coordinator.url().toString())
                .outcomePatience(Duration.ofSeconds(2))
                .deadline(Duration.ofSeconds(4))
                .build();
        // Branches in doubt stay prepared for as long as their log is silent.
        banks = Embedded.start(Map.of("max_prepared_transactions", "2000"));
        Database shared = banks.database();
        shared.execute("CREATE DATABASE south");
        north = new TestBank("north", shared, assent.coordinator());
        south = new TestBank(
                "south",
                new Database(shared.url().replaceAll("postgres$", "south"), shared.user(), shared.password()),
                assent.coordinator());
    }

    @AfterEach
    void stop() throws Exception {
        north.close();
        south.close();
        assent.close();
        coordinator.close();
        one.close();
        two.close();
        banks.close();
    }

    @Test
    void bothLogsGetTheirHalfAndARestartLooksWhereTheyAre() throws Exception {
        during(() -> TransferLoad.await("some outcomes", () -> told.size() >= 400));
        assertAllIsWell();

        long first = one.database().number("SELECT count(*) FROM decision");
        long second = two.database().number("SELECT count(*) FROM decision");
        assertThat((double) first / (first + second)).isCloseTo(0.5, within(0.15));

        coordinator.close();
        coordinator = replica("b");
        for (Gtrid gtrid : List.copyOf(told.keySet()).subList(0, 50)) {
            Reply status = coordinator.get("/v1/transactions/" + gtrid);
            assertThat(status.text()).contains("\"state\":\"COMMITTED\"");
        }
    }

    /** Membership is in the first one. */
    @ParameterizedTest
    @ValueSource(strings = {FIRST, SECOND})
    void aLogThatStopsHoldsUpOnlyItsOwnShare(String silent) throws Exception {
        String other = silent.equals(FIRST) ? SECOND : FIRST;
        Embedded server = silent.equals(FIRST) ? one : two;
        during(() -> {
            TransferLoad.await("outcomes of both", () -> committed(FIRST) >= 20 && committed(SECOND) >= 20);
            server.kill();
            TransferLoad.await("some that wait", () -> unknown(silent) >= 5);
            long before = committed(other);
            TransferLoad.await("the other share goes on", () -> committed(other) >= before + 100);
            assertThat(unknown(other)).isZero();
            assertThat(count(other, "ABORT")).isZero();
            assertSaysWhichLogIsSilent(silent, server.database().url().replaceAll(".*//", ""));
            server.startAgain();
            long afterwards = committed(silent);
            TransferLoad.await("its share goes on again", () -> committed(silent) >= afterwards + 20);
        });

        assertAllIsWell();
        TransferLoad.await(
                "it is well again",
                () -> coordinator.get("/health").json().string("status").equals("UP"));
    }

    /** They go to the same replica, and those that come together go there in one request. */
    @ParameterizedTest
    @EnumSource
    void whatAnotherLogDecidesDoesNotWaitBehindCommitsOfASilentOne(Decision asked) throws Exception {
        coordinator.close();
        coordinator = replica("b", "60s");
        try (Assent client = Assent.builder()
                .coordinators(coordinator.url().toString())
                .requestTimeout(Duration.ofSeconds(40))
                .build()) {
            client.coordinator().status(of(FIRST)); // it knows the ring
            two.kill();
            List<Thread> waiting = new ArrayList<>();
            for (int i = 1; i <= 2; i++) { // the first one goes alone, the second one begins a batch
                Thread thread = new Thread(() -> commit(client, of(SECOND), Duration.ofSeconds(60)));
                thread.start();
                waiting.add(thread);
                int count = i;
                TransferLoad.await(
                        "it waits for its log",
                        () -> coordinator.context().getBean(Engine.class).waitingCount() == count);
            }

            Gtrid gtrid = of(FIRST);
            OutcomeAnswer answer =
                    asked == Decision.COMMIT ? commit(client, gtrid, Duration.ofSeconds(10)) : rollback(client, gtrid);

            assertThat(answer).isInstanceOf(OutcomeAnswer.Known.class);
            assertThat(decided(one, gtrid)).isEqualTo(asked.name());
            assertThat(waiting).allMatch(Thread::isAlive);
            waiting.forEach(Thread::interrupt);
        } finally {
            two.startAgain();
        }
    }

    private static OutcomeAnswer commit(Assent client, Gtrid gtrid, Duration patience) {
        CommitRequest request = new CommitRequest(
                List.of(nobodys()), Duration.ofSeconds(30), CommitRequest.Reply.DECIDED, Duration.ZERO, Map.of());
        return client.coordinator().commit(gtrid, request, () -> Duration.ofSeconds(30), patience);
    }

    private static OutcomeAnswer rollback(Assent client, Gtrid gtrid) {
        RollbackRequest request = new RollbackRequest(List.of(nobodys()), "test", Map.of());
        return client.coordinator().rollback(gtrid, request, Duration.ofSeconds(5));
    }

    private static Branch nobodys() {
        return new Branch(
                new BranchId(new ParticipantUrl("http://127.0.0.1:1/assent"), Bqual.mint()),
                Inquiring.CAN,
                new Vote.Prepared("7"));
    }

    private void assertSaysWhichLogIsSilent(String silent, String where) {
        Reply refused = coordinator.post("/v1/transactions/" + of(silent) + "/commit", commitOfNobody());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("LOG_UNAVAILABLE");
        assertThat(refused.json().string("detail")).contains(silent, where);

        Reply status = coordinator.get("/v1/transactions/" + of(silent));
        assertThat(status.code()).isEqualTo("LOG_UNAVAILABLE");
        assertThat(status.json().string("detail")).contains(silent);

        Reply list = coordinator.get("/v1/transactions?state=COMMITTED&limit=10");
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.json().objects("transactions")).hasSize(10);
        assertThat(list.text()).contains("\"missing\":[\"" + silent);
        assertThat(coordinator.get("/v1/heuristics").text()).contains("\"missing\":[\"" + silent);

        Reply readiness = coordinator.get("/health/readiness");
        assertThat(readiness.text()).contains("\"DEGRADED\"", "answers in part", silent);
        assertThat(readiness.status()).isEqualTo(200);
        String number = silent.equals(FIRST) ? "1" : "2";
        assertThat(coordinator.get("/prometheus").text()).contains("assent_log_reachable{log=\"" + number + "\"} 0.0");
    }

    @Test
    void whoTakesOverFinishesWhatIsInBothLogs() throws Exception {
        List<Gtrid> left = List.of(of(FIRST), of(SECOND), of(FIRST), of(SECOND));
        for (Gtrid gtrid : left) {
            coordinator.post("/v1/transactions/" + gtrid + "/commit", commitOfNobody());
        }
        assertThat(unfinished()).isEqualTo(4);
        coordinator.close();

        coordinator = replica("b");

        TransferLoad.await(
                "both logs are swept",
                () -> coordinator
                        .get("/prometheus")
                        .text()
                        .lines()
                        .anyMatch(l -> l.startsWith("assent_recovery_adopted_total") && l.endsWith(" 4.0")));
    }

    @Test
    void replicasAgreeOnTheLogOfEachTransaction() throws Exception {
        try (TestCoordinator other = replica("b")) {
            DecisionLog mine = coordinator.context().getBean(DecisionLog.class);
            DecisionLog theirs = other.context().getBean(DecisionLog.class);
            for (int i = 0; i < 100; i++) {
                Gtrid gtrid = Gtrid.mint();
                assertThat(mine.nameOf(gtrid)).isEqualTo(theirs.nameOf(gtrid)).isPresent();
                coordinator.post("/v1/transactions/" + gtrid + "/rollback", "{\"branches\":[]}");
                assertThat(other.get("/v1/transactions/" + gtrid).text()).contains("\"state\":\"ABORTED\"");
            }
        }
    }

    @Test
    void pagesOfAListHaveEveryTransactionOfBothLogsOnceNewestFirst() {
        for (int i = 0; i < 60; i++) {
            coordinator.post("/v1/transactions/" + Gtrid.mint() + "/rollback", "{\"branches\":[]}");
        }
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            Reply page = coordinator.get("/v1/transactions?state=ABORTED&limit=7" + cursor);
            page.json().objects("transactions").forEach(t -> all.add(t.string("gtrid")));
            cursor = page.text().contains("\"cursor\"")
                    ? "&cursor=" + page.json().string("cursor")
                    : "";
        } while (!cursor.isEmpty());

        assertThat(all).hasSize(60).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.reverseOrder());
    }

    private TestCoordinator replica(String id) {
        return replica(id, "1s");
    }

    private TestCoordinator replica(String id, String decisionPatience) {
        Database first = one.database();
        return TestCoordinator.startOn(
                first,
                "assent.database.url",
                first.url() + "," + two.database().url(),
                "assent.replica-id",
                id,
                "assent.engine.decision-patience",
                decisionPatience,
                "assent.log.connect-timeout",
                "1s");
    }

    private interface Fault {
        void strike() throws Exception;
    }

    /** Transfers for as long as the fault strikes. Those of each log have accounts of their own: branches in doubt hold locks. */
    private void during(Fault fault) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < CLIENTS; i++) {
                String mine = i % 2 == 0 ? FIRST : SECOND;
                int first = i / 2;
                clients.execute(() -> {
                    for (int n = first; !over.get(); n += CLIENTS / 2) {
                        transfer(mine, n % ACCOUNTS_OF_A_LOG);
                    }
                });
            }
            try {
                fault.strike();
            } finally {
                over.set(true);
                clients.shutdown();
            }
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void transfer(String log, int number) {
        Transaction transaction = begun(log);
        int account = log.equals(FIRST) ? number : ACCOUNTS_OF_A_LOG + number;
        try {
            TransferLoad.move(transaction, north.move(account, -1));
            TransferLoad.move(transaction, south.move(account, 1));
            told.put(transaction.gtrid(), transaction.commit().decision().name());
        } catch (TransactionAbortedException e) {
            told.put(transaction.gtrid(), "ABORT");
        } catch (OutcomeUnknownException e) {
            told.put(transaction.gtrid(), "UNKNOWN");
        } catch (IOException e) {
            transaction.close(); // the account is locked by a branch in doubt
        }
    }

    private Transaction begun(String log) {
        Transaction transaction = assent.begin();
        while (!logOf(transaction.gtrid()).equals(log)) {
            // Not closed: to roll back would ask the log that may be silent, and there is nothing to roll back.
            transaction = assent.begin();
        }
        return transaction;
    }

    private Gtrid of(String log) {
        Gtrid gtrid = Gtrid.mint();
        while (!logOf(gtrid).equals(log)) {
            gtrid = Gtrid.mint();
        }
        return gtrid;
    }

    private String logOf(Gtrid gtrid) {
        String name =
                coordinator.context().getBean(DecisionLog.class).nameOf(gtrid).orElseThrow();
        return name.replaceAll(" at .*", "");
    }

    private long committed(String log) {
        return count(log, "COMMIT");
    }

    private long unknown(String log) {
        return count(log, "UNKNOWN");
    }

    private long count(String log, String outcome) {
        return told.entrySet().stream()
                .filter(e -> e.getValue().equals(outcome) && logOf(e.getKey()).equals(log))
                .count();
    }

    /** One branch that nobody will ever acknowledge. */
    private static String commitOfNobody() {
        return "{\"branches\":[{\"participant\":\"http://127.0.0.1:1/assent\",\"bqual\":\"b\",\"inquires\":true,"
                + "\"vote\":\"PREPARED\",\"evidence\":\"7\"}],\"timeoutMillis\":5000,\"waitMillis\":0}";
    }

    /** Nothing is left in doubt, the books balance, and each log says what clients were told of its transactions. */
    private void assertAllIsWell() throws Exception {
        TransferLoad.await(
                "nothing prepared and nothing unfinished",
                () -> north.prepared() + south.prepared() == 0 && unfinishedButNobodys() == 0);
        assertThat(north.money() + south.money()).isEqualTo(TransferLoad.MONEY);
        for (Map.Entry<Gtrid, String> each : told.entrySet()) {
            boolean first = logOf(each.getKey()).equals(FIRST);
            assertThat(decided(first ? two : one, each.getKey()))
                    .as("in the other log")
                    .isEqualTo("NONE");
            if (!each.getValue().equals("UNKNOWN")) {
                assertThat(decided(first ? one : two, each.getKey())).isEqualTo(each.getValue());
            }
        }
    }

    private static String decided(Embedded log, Gtrid gtrid) throws Exception {
        return log.database()
                .text("SELECT coalesce((SELECT CASE outcome WHEN 1 THEN 'COMMIT' ELSE 'ABORT' END FROM decision"
                        + " WHERE gtrid = '" + gtrid + "'), 'NONE')");
    }

    private long unfinished() throws Exception {
        String sql = "SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished";
        return one.database().number(sql) + two.database().number(sql);
    }

    /** Without what a test commits for a participant that is not there. */
    private long unfinishedButNobodys() throws Exception {
        String sql = "SELECT count(*) FROM unfinished u CROSS JOIN unnest(u.gtrids) AS g (gtrid)"
                + " JOIN decision d ON d.gtrid = g.gtrid WHERE position('127.0.0.1:1/'::bytea in d.detail) = 0";
        return one.database().number(sql) + two.database().number(sql);
    }
}
