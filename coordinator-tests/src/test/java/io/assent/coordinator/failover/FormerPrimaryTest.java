package io.assent.coordinator.failover;

import static io.assent.coordinator.failover.LogClient.await;
import static io.assent.coordinator.failover.LogClient.won;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.testing.TestReplication;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that only a former primary has, and a former primary that comes back. */
@SuppressWarnings("NullAway.Init") // set up before each test
class FormerPrimaryTest {

    private static final Duration PATIENT = Duration.ofSeconds(3);

    private final SystemScheduler scheduler = new SystemScheduler();
    private TestReplication servers;
    private LogClient one;

    @BeforeEach
    void start() throws Exception {
        servers = TestReplication.start();
        servers.waitForStandby();
        one = connected();
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        scheduler.close();
        servers.close();
    }

    @Test
    void aWaitThatSomebodyEndsIsNoConfirmationAndTheStandbysLogDecides() throws Exception {
        try (LogClient two = connected();
                LogClient other = connected()) {
            Gtrid cancelled = Gtrid.mint();
            Gtrid terminated = Gtrid.mint();
            servers.cutOff();
            CompletableFuture<Proposed> toldOne = one.commit(cancelled);
            CompletableFuture<Void> intent = one.intent(cancelled);
            await("the intent waits", () -> endWait("pg_cancel_backend", "intent"));
            await("the decision waits", () -> endWait("pg_cancel_backend", "decision"));
            CompletableFuture<Proposed> toldTwo = two.commit(terminated);
            await("the other decision waits", () -> endWait("pg_terminate_backend", "decision"));
            await("the rows are visible", () -> rows(cancelled) + rows(terminated) == 2);

            CompletableFuture<Found> read = other.read(cancelled);
            assertThat(other.read(terminated).get(20, TimeUnit.SECONDS))
                    .as("a row that the standby does not have")
                    .isEqualTo(new Found.Unavailable());
            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(new Found.Unavailable());
            assertThat(toldOne).as("the decision whose wait was cancelled").isNotDone();
            assertThat(toldTwo).as("the decision whose wait was terminated").isNotDone();
            assertThat(intent).as("the intent whose wait was cancelled").isNotDone();

            servers.killPrimary();
            servers.promoteStandby();
            assertThat(servers.standby().number("SELECT count(*) FROM decision"))
                    .isEqualTo(3);
            servers.stopWaitingOnPromoted();
            DecisionRow first = won(other.abort(cancelled));
            DecisionRow second = won(other.abort(terminated));

            assertThat(won(toldOne)).isEqualTo(first);
            assertThat(won(toldTwo)).isEqualTo(second);
            intent.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aFormerPrimaryThatComesBackIsRefusedByWhoKnowsItsSuccessor() throws Exception {
        servers.stopWaiting(); // else it would confirm nothing anyway
        servers.killPrimary();
        servers.promoteStandby();
        servers.stopWaitingOnPromoted();
        Gtrid gtrid = Gtrid.mint();
        DecisionRow decided = won(one.commit(gtrid));
        servers.startPrimaryAgain();
        servers.standby()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'assent-coordinator'");
        CompletableFuture<Proposed> told = one.abort(gtrid);
        await("it is asked", () -> one.log().statistics().lastError().contains("lacks writes that were confirmed"));
        assertThat(told).isNotDone();

        servers.killPrimary();

        assertThat(won(told)).isEqualTo(decided);
    }

    /** With a connection for its decisions. */
    private LogClient connected() throws Exception {
        LogClient log = LogClient.open(servers.either(), PATIENT, scheduler);
        DecisionRow _ = won(log.commit(Gtrid.mint()));
        return log;
    }

    /** @return whether there was a write of this table that waited for the standby */
    private boolean endWait(String how, String table) throws Exception {
        String ended = "SELECT count(" + how + "(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                + " AND query ~ 'INTO " + table + "'";
        return servers.primary().number(ended) > 0;
    }

    private long rows(Gtrid gtrid) throws Exception {
        return servers.primary().number("SELECT count(*) FROM decision WHERE gtrid = '" + gtrid + "'");
    }
}
