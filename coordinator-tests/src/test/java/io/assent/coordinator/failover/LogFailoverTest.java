package io.assent.coordinator.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.Assent;
import io.assent.OutcomeUnknownException;
import io.assent.Transaction;
import io.assent.TransactionAbortedException;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.faults.TestBank;
import io.assent.coordinator.testing.TestPostgres;
import io.assent.coordinator.testing.TestReplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The primary of the log is killed under load, and its synchronous standby takes over. */
@SuppressWarnings("NullAway.Init") // set up before each test
class LogFailoverTest {

    private static final Logger LOG = LoggerFactory.getLogger(LogFailoverTest.class);
    private static final long MONEY = 200_000;
    private static final int CLIENTS = 8;

    private TestReplication servers;
    private TestCoordinator one;
    private TestCoordinator two;
    private Assent assent;
    private TestBank north;
    private TestBank south;

    private final Map<Gtrid, String> told = new ConcurrentHashMap<>();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();

    @BeforeEach
    void start() throws Exception {
        servers = TestReplication.start();
        servers.waitForStandby();
        one = TestCoordinator.startOn(servers.either(), "assent.log.durability", "synchronous");
        two = TestCoordinator.startOn(servers.either());
        assent = Assent.builder()
                .coordinators(one.url().toString(), two.url().toString())
                .outcomePatience(Duration.ofSeconds(30))
                .deadline(Duration.ofSeconds(8))
                .build();
        north = new TestBank("north", TestPostgres.database(), assent.coordinator());
        south = new TestBank("south", TestPostgres.database(), assent.coordinator());
    }

    @AfterEach
    void stop() throws Exception {
        enough.set(true);
        north.close();
        south.close();
        assent.close();
        one.close();
        two.close();
        servers.close();
    }

    @Test
    void nothingThatAClientWasToldIsLostAndBothReplicasGoOn() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int account = i;
                running.add(clients.submit(() -> transfersUntilEnough(account)));
            }
            LogClient.await("outcomes before", () -> told.size() >= 100);
            long killed = System.nanoTime();
            servers.killPrimary();
            servers.promoteStandby();
            // The promoted server waits for standbys that it does not have: nobody may be told anything.
            LogClient.await(
                    "decisions wait",
                    () -> servers.standby().number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                            > 0);
            int before = told.size();
            servers.addStandbyToPromoted();
            LogClient.await("outcomes after", () -> told.size() >= before + 100);
            LOG.info(
                    "failed over millisFromKill={} told={} unknown={}",
                    Duration.ofNanos(System.nanoTime() - killed).toMillis(),
                    told.size(),
                    unknown.get());
            enough.set(true);
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        }

        assertAllIsWell();
        assertServes(one);
        assertServes(two);
    }

    private void transfersUntilEnough(int account) {
        while (!enough.get()) {
            transfer(assent, account);
        }
    }

    private void transfer(Assent through, int account) {
        Transaction transaction = through.begin();
        try {
            move(transaction, north.move(account, -1));
            move(transaction, south.move(account, 1));
            told.put(transaction.gtrid(), transaction.commit().decision().name());
        } catch (TransactionAbortedException e) {
            told.put(transaction.gtrid(), "ABORT");
        } catch (OutcomeUnknownException | IOException e) {
            unknown.incrementAndGet();
            transaction.close(); // whatever became of it, the books must balance
        }
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

    private void assertAllIsWell() throws Exception {
        LogClient.await("nothing prepared and nothing unfinished", () -> left() == 0);
        assertThat(north.money() + south.money()).isEqualTo(MONEY);
        assertThat(told.values()).contains("COMMIT");
        for (Map.Entry<Gtrid, String> each : told.entrySet()) {
            assertThat(decided(each.getKey()))
                    .as("decision of " + each.getKey())
                    .isEqualTo(each.getValue());
        }
        assertThat(servers.standby().number("SELECT count(*) FROM decision WHERE outcome = 1"))
                .as("committed transactions; each moved 1")
                .isEqualTo(south.money() - MONEY / 2);
    }

    private void assertServes(TestCoordinator coordinator) throws Exception {
        int before = told.size();
        try (Assent only =
                Assent.builder().coordinators(coordinator.url().toString()).build()) {
            transfer(only, 1);
        }
        assertThat(told).hasSize(before + 1);
        assertThat(coordinator.get("/health/readiness").status()).isEqualTo(200);
        assertAllIsWell();
    }

    private long left() throws Exception {
        return north.prepared()
                + south.prepared()
                + servers.standby().number("SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished");
    }

    private String decided(Gtrid gtrid) throws Exception {
        long outcome = servers.standby()
                .number("SELECT coalesce((SELECT outcome FROM decision WHERE gtrid = '" + gtrid + "'), -1)");
        return outcome == 1 ? "COMMIT" : outcome == 0 ? "ABORT" : "NONE";
    }
}
