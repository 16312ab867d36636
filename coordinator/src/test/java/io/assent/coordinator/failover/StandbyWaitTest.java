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
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.testing.TestReplication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told while the standby does not confirm: nothing. */
@SuppressWarnings("NullAway.Init") // set up before each test
class StandbyWaitTest {

    private static final Duration PATIENT = Duration.ofSeconds(3);
    private static final String WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    private static final String FLOORS_RAISED =
            "SELECT count(*) FROM floor WHERE gtrid > '00000000-0000-0000-0000-000000000000'";

    private final SystemScheduler scheduler = new SystemScheduler();
    private TestReplication servers;
    private LogClient one;

    @BeforeEach
    void start() throws Exception {
        servers = TestReplication.start();
        servers.waitForStandby();
        one = connected(PATIENT);
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        scheduler.close();
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_cancel_backend", "pg_terminate_backend"})
    void aWaitThatSomebodyEndsIsNoConfirmationAndTheStandbysLogDecides(String ended) throws Exception {
        try (LogClient other = connected(PATIENT)) {
            Gtrid gtrid = Gtrid.mint();
            servers.cutOff();
            CompletableFuture<Proposed> told = one.commit(gtrid);
            CompletableFuture<Void> intent = one.intent(gtrid);
            await("the decision waits", () -> waiting() >= 2);
            endWaits(ended);
            await("the row is visible", () -> rows(gtrid) == 1);

            assertThat(other.read(gtrid).get(20, TimeUnit.SECONDS))
                    .as("a row that the standby does not have")
                    .isEqualTo(new Found.Unavailable());
            assertThat(told).as("the decision that was not confirmed").isNotDone();
            assertThat(intent).as("the intent that was not confirmed").isNotDone();

            servers.killPrimary();
            servers.promoteStandby();
            assertThat(servers.standby().number("SELECT count(*) FROM decision WHERE gtrid = '" + gtrid + "'"))
                    .as("rows of it on the promoted standby")
                    .isZero();
            assertThat(told).isNotDone();
            servers.stopWaitingOnPromoted();
            DecisionRow otherWord = won(other.abort(gtrid));

            assertThat(won(told)).isEqualTo(otherWord);
            intent.get(20, TimeUnit.SECONDS);
        }
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
            await(
                    "the second waits for the first",
                    () -> number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1);
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
            await("many attempts", () -> hasty.log().statistics().retries() >= 7);

            assertThat(number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assent-coordinator'"))
                    .as("connections after 7 attempts")
                    .isLessThanOrEqualTo(6);
            assertThat(told).isNotDone();
            servers.joinAgain();

            DecisionRow _ = won(told);
        }
    }

    @Test
    void theFloorRisesBetweenDecisionsThatWaitForTheStandby() throws Exception {
        Pruner pruner = new Pruner(one.log().dataSource(), Duration.ofHours(1), Duration.ofDays(90));
        List<CompletableFuture<Proposed>> told = new ArrayList<>();
        long longestNanos = 0;
        for (int i = 0; i < 40; i++) {
            long started = System.nanoTime();
            told.add(one.commit(Gtrid.mint()));
            if (i == 20) {
                long _ = pruner.runOnce();
            }
            DecisionRow _ = won(told.getLast());
            longestNanos = Math.max(longestNanos, System.nanoTime() - started);
        }

        assertThat(number(FLOORS_RAISED)).isEqualTo(1);
        assertThat(Duration.ofNanos(longestNanos)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void whileTheStandbyIsSilentTheFloorStaysAndNobodyQueuesBehindIt() throws Exception {
        Pruner pruner = new Pruner(one.log().dataSource(), Duration.ofHours(1), Duration.ofDays(90));
        servers.cutOff();
        CompletableFuture<Proposed> told = one.commit(Gtrid.mint());
        await("the decision waits", () -> waiting() == 1);
        long started = System.nanoTime();
        long _ = pruner.runOnce();

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .as("how long the floor's lock was waited for")
                .isLessThan(Duration.ofSeconds(2));
        assertThat(number(FLOORS_RAISED)).isZero();
        assertThat(number("SELECT count(*) FROM pg_locks WHERE NOT granted")).isZero();
        servers.joinAgain();
        DecisionRow _ = won(told);
        long _ = pruner.runOnce();
        assertThat(number(FLOORS_RAISED)).isEqualTo(1);
    }

    /** With a connection for its decisions. */
    private LogClient connected(Duration socketTimeout) throws Exception {
        LogClient log = LogClient.open(servers.either(), socketTimeout, scheduler);
        DecisionRow _ = won(log.commit(Gtrid.mint()));
        return log;
    }

    private void endWaits(String how) throws Exception {
        servers.primary().execute("SELECT " + how + "(pid) " + WAITING);
    }

    private long waiting() throws Exception {
        return number("SELECT count(*) " + WAITING);
    }

    private long rows(Gtrid gtrid) throws Exception {
        return number("SELECT count(*) FROM decision WHERE gtrid = '" + gtrid + "'");
    }

    private long number(String sql) throws Exception {
        return servers.primary().number(sql);
    }
}
