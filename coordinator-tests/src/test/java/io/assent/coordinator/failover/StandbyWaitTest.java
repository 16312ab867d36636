package io.assent.coordinator.failover;

import static io.assent.coordinator.failover.LogClient.await;
import static io.assent.coordinator.failover.LogClient.won;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.adapter.postgres.LogUnusableException;
import io.assent.coordinator.adapter.postgres.Pruner;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.testing.TestReplication;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told while the standby does not confirm: nothing. */
@SuppressWarnings("NullAway.Init") // set up before the tests
class StandbyWaitTest {

    private static final Duration PATIENT = Duration.ofSeconds(9);
    /** Long for a slow machine, and less than it takes if somebody waits until patience ends. */
    private static final Duration AT_ONCE = Duration.ofSeconds(6);
    /** The decision's, one that waits with its first write, one that waits for that one, and those of the other log. */
    private static final int CONNECTIONS_MAX = 5;

    private static final String WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    private static final String NO_LOCK = "SELECT count(*) FROM pg_locks WHERE NOT granted";

    private final SystemScheduler scheduler = new SystemScheduler();
    private static TestReplication servers;
    private LogClient one;

    @BeforeAll
    static void startServers() throws Exception {
        servers = TestReplication.start();
        servers.waitForStandby();
    }

    @AfterAll
    static void stopServers() throws Exception {
        servers.close();
    }

    @BeforeEach
    void start() throws Exception {
        one = connected(PATIENT);
        servers.primary().execute("UPDATE floor SET gtrid = '00000000-0000-0000-0000-000000000000'");
    }

    @AfterEach
    void stop() throws Exception {
        servers.joinAgain();
        one.close();
        scheduler.close();
        await("nobody waits", () -> waiting() == 0);
    }

    @Test
    void aReplicaThatStartsWhileTheStandbyIsSilentTrustsNothingAndSaysWhy() throws Exception {
        servers.cutOff();

        assertThat(catchThrowable(() -> LogClient.open(servers.either(), Duration.ofSeconds(1), scheduler)))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining("was not confirmed")
                .hasMessageContaining("is a standby connected?");
    }

    @Test
    void whoComesSecondWaitsForTheStandbyOfTheFirst() throws Exception {
        try (LogClient other = connected(PATIENT)) {
            Gtrid gtrid = Gtrid.mint();
            servers.cutOff();
            CompletableFuture<Proposed> first = one.commit(gtrid);
            await("the first waits for the standby", () -> waiting() == 1);
            CompletableFuture<Proposed> second = other.abort(gtrid);
            await("the second waits for the first", () -> number(NO_LOCK) == 1);
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();

            servers.joinAgain();

            assertThat(won(second)).isEqualTo(won(first));
            assertThat(won(first).decision()).isEqualTo(Decision.COMMIT);
        }
    }

    @Test
    void aSilentStandbyDoesNotUseUpTheServersConnections() throws Exception {
        try (LogClient hasty = connected(Duration.ofSeconds(1))) {
            servers.cutOff();
            CompletableFuture<Proposed> told = hasty.commit(Gtrid.mint());
            await("many attempts", () -> hasty.log().statistics().retries() >= 6);

            assertThat(number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assent-coordinator'"))
                    .as("connections after 6 attempts")
                    .isLessThanOrEqualTo(CONNECTIONS_MAX);
            assertThat(told).isNotDone();
            servers.joinAgain();

            DecisionRow _ = won(told);
        }
    }

    @Test
    void theFloorRisesBetweenDecisionsThatWaitForTheStandby() throws Exception {
        Pruner pruner = new Pruner(one.log().dataSource(), Duration.ofHours(1), Duration.ofDays(90));
        String before = floor();
        long longestNanos = 0;
        for (int i = 0; i < 40; i++) {
            long started = System.nanoTime();
            CompletableFuture<Proposed> told = one.commit(Gtrid.mint());
            if (i == 20) {
                long _ = pruner.runOnce();
            }
            DecisionRow _ = won(told);
            longestNanos = Math.max(longestNanos, System.nanoTime() - started);
        }

        assertThat(floor()).isGreaterThan(before);
        assertThat(Duration.ofNanos(longestNanos)).isLessThan(AT_ONCE);
    }

    @Test
    void whileTheStandbyIsSilentTheFloorStaysAndNobodyQueuesBehindIt() throws Exception {
        Pruner pruner = new Pruner(one.log().dataSource(), Duration.ofHours(1), Duration.ofDays(90));
        String before = floor();
        servers.cutOff();
        CompletableFuture<Proposed> told = one.commit(Gtrid.mint());
        await("the decision waits", () -> waiting() == 1);
        long started = System.nanoTime();
        long _ = pruner.runOnce();

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .as("how long the floor's lock was waited for")
                .isLessThan(AT_ONCE);
        assertThat(floor()).isEqualTo(before);
        servers.joinAgain();
        DecisionRow _ = won(told);
        long _ = pruner.runOnce();
        assertThat(floor()).isGreaterThan(before);
    }

    private String floor() throws Exception {
        return servers.primary().text("SELECT gtrid::text FROM floor");
    }

    /** With a connection for its decisions. */
    private LogClient connected(Duration socketTimeout) throws Exception {
        LogClient log = LogClient.open(servers.either(), socketTimeout, scheduler);
        DecisionRow _ = won(log.commit(Gtrid.mint()));
        return log;
    }

    private long waiting() throws Exception {
        return number("SELECT count(*) " + WAITING);
    }

    private long number(String sql) throws Exception {
        return servers.primary().number(sql);
    }
}
