package io.assent.coordinator.failover;

import static io.assent.coordinator.failover.LogClient.won;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.api.Gtrid;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.adapter.postgres.LogDurability;
import io.assent.coordinator.adapter.postgres.LogMeans;
import io.assent.coordinator.adapter.postgres.LogUnusableException;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.adapter.postgres.RequiredDurability;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.testing.TestPostgres.Database;
import io.assent.coordinator.testing.TestReplication;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a coordinator says of the servers that it is given, and which of them it takes. */
@SuppressWarnings("NullAway.Init") // set up before all tests
class LogSetupTest {

    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final int NOBODY = 1;

    private static TestReplication servers;
    private final SystemScheduler scheduler = new SystemScheduler();

    @BeforeAll
    static void start() throws Exception {
        servers = TestReplication.start();
        servers.primary().execute("CREATE USER plain");
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    @AfterEach
    void asynchronousAgain() throws Exception {
        servers.stopWaiting();
        scheduler.close();
    }

    @Test
    void saysThatTheLogIsOnASingleNode() throws Exception {
        servers.cutOff();
        try (LogClient log = open(servers.primary())) {
            assertThat(log.log().durability()).isEqualTo(new LogDurability.SingleNode());
        } finally {
            servers.joinAgain();
        }
    }

    @Test
    void saysThatStandbysMayLackDecisions() {
        try (LogClient log = open(servers.either())) {
            assertThat(log.log().durability()).isEqualTo(new LogDurability.Asynchronous(1));
        }
    }

    @Test
    void saysThatCommitsWaitForStandbysAlsoToAUserWithoutRights() throws Exception {
        open(servers.either()).close(); // which makes the tables
        servers.primary().execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain");
        servers.waitForStandby();
        try (LogClient log = open(new Database(servers.either().url(), "plain", ""))) {
            assertThat(log.log().durability()).isEqualTo(new LogDurability.Synchronous("ANY 1 (standby)"));
        }
    }

    @Test
    void readinessSaysIt() throws Exception {
        servers.waitForStandby();
        try (TestCoordinator coordinator = TestCoordinator.startOn(servers.either())) {
            LogClient.await(
                    "readiness", () -> coordinator.get("/health/readiness").status() == 200);

            assertThat(coordinator.get("/health/readiness").text())
                    .contains("\"durability\":\"synchronous standbys: ANY 1 (standby)\"");
        }
    }

    @Test
    void hostsThatDoNotAnswerDoNotKeepItFromStarting() throws Exception {
        Database database = TestReplication.at(NOBODY, servers.standbyPort(), servers.primaryPort());
        try (LogClient log = open(database)) {
            DecisionRow _ = won(log.commit(Gtrid.mint()));
        }
    }

    @Test
    void theUrlCannotAskForAnythingButThePrimary() throws Exception {
        Database database = TestReplication.at(servers.standbyPort(), servers.primaryPort());
        String any = database.url().replace("targetServerType=primary", "targetServerType=any&tcpKeepAlive=true");
        try (LogClient log = open(new Database(any, database.user(), ""))) {
            DecisionRow _ = won(log.commit(Gtrid.mint()));
        }
    }

    @Test
    void hostsThatAreAllStandbysAreRefusedInSoManyWords() {
        assertThat(catchThrowable(() -> open(TestReplication.at(NOBODY, servers.standbyPort()))))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining("the server is a standby: name the primary");
    }

    @Test
    void whoDemandsASynchronousStandbyGetsOneOrNoStart() throws Exception {
        assertThat(catchThrowable(this::demand))
                .isInstanceOf(LogUnusableException.class)
                .hasMessageContaining("set synchronous_standby_names")
                .hasMessageContaining("assent.log.durability = any");

        servers.waitForStandby();
        try (LogClient log = demand()) {
            DecisionRow _ = won(log.commit(Gtrid.mint()));
        }
    }

    @Test
    void whoDemandsASynchronousStandbyTrustsNoNewConnectionWithoutOne() throws Exception {
        servers.waitForStandby();
        try (LogClient log = demand()) {
            servers.stopWaiting();
            servers.primary()
                    .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name = 'assent-coordinator'");
            var told = log.commit(Gtrid.mint());
            LogClient.await("several attempts", () -> log.log().statistics().retries() >= 4);
            assertThat(log.log().statistics().lastError()).contains("set synchronous_standby_names");
            assertThat(told).isNotDone();

            servers.waitForStandby();

            DecisionRow _ = won(told);
        }
    }

    private LogClient demand() {
        return new LogClient(PostgresDecisionLog.open(
                LogClient.settings(servers.either(), PATIENT, RequiredDurability.SYNCHRONOUS),
                new LogMeans(UUID.randomUUID(), scheduler)));
    }

    private LogClient open(Database database) {
        return LogClient.open(database, PATIENT, scheduler);
    }
}
