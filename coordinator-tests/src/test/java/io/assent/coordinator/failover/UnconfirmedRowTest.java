package io.assent.coordinator.failover;

import static io.assent.coordinator.failover.LogClient.await;
import static io.assent.coordinator.failover.LogClient.won;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.testing.TestReplication;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people and clients are told of a row that can be read and is on no standby: nothing (rule R18). */
@SuppressWarnings("NullAway.Init") // set up before each test
class UnconfirmedRowTest {

    private final SystemScheduler scheduler = new SystemScheduler();
    private TestReplication servers;
    private LogClient other;
    private TestCoordinator coordinator;
    private Gtrid unconfirmed;

    @BeforeEach
    void aRowWhoseWaitSomebodyEnded() throws Exception {
        servers = TestReplication.start();
        servers.waitForStandby();
        other = LogClient.open(servers.either(), Duration.ofSeconds(3), scheduler);
        // No sweep, which would find the row too and use up the connections that are open.
        coordinator = TestCoordinator.startOn(
                servers.either(), "assent.recovery.interval", "1h", "assent.log.socket-timeout", "3s");
        Gtrid confirmed = Gtrid.mint();
        DecisionRow _ = won(other.commit(confirmed));
        // Over a connection that is trusted, and that the next query takes again.
        assertThat(coordinator.get("/v1/transactions/" + confirmed).text()).contains("\"COMMIT\"");

        unconfirmed = Gtrid.mint();
        servers.cutOff();
        var _ = other.commit(unconfirmed);
        await(
                "the decision waits",
                () -> servers.primary()
                                .number("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                                        + " WHERE wait_event = 'SyncRep' AND query ~ 'INTO decision'")
                        > 0);
        await(
                "the row is visible",
                () -> servers.primary().number("SELECT count(*) FROM decision WHERE gtrid = '" + unconfirmed + "'")
                        == 1);
    }

    @AfterEach
    void stop() throws Exception {
        servers.joinAgain();
        coordinator.close();
        other.close();
        scheduler.close();
        servers.close();
    }

    @Test
    void theStatusDoesNotTellIt() {
        TestCoordinator.Reply reply = coordinator.get("/v1/transactions/" + unconfirmed);

        assertThat(reply.text()).doesNotContain("\"COMMIT\"");
        assertThat(reply.code()).isEqualTo("LOG_UNAVAILABLE");
    }

    @Test
    void retryingByHandDoesNotDeliverIt() {
        TestCoordinator.Reply reply = coordinator.post("/v1/transactions/" + unconfirmed + "/retry", "");

        assertThat(reply.text()).doesNotContain("\"COMMIT\"");
        assertThat(reply.code()).isEqualTo("LOG_UNAVAILABLE");
        assertThat(coordinator.context().getBean(Engine.class).look(unconfirmed))
                .as("taken up for delivery")
                .isEmpty();
    }
}
