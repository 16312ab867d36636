package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.adapter.participant.TestParticipant;
import io.assent.coordinator.adapter.postgres.LogMeans;
import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A replica dies and leaves much unfinished. */
class TakeoverTest {

    private static final int LEFT = 10_000;
    private static final UUID DEAD = UUID.randomUUID();

    @Test
    void everythingThatADeadReplicaLeftIsDeliveredByItsHeir() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        try (TestParticipant participant = TestParticipant.obedient();
                TestCoordinator heir = TestCoordinator.startOn(
                        database,
                        "assent.replica-id",
                        "heir",
                        "assent.membership.renew-interval",
                        "50ms",
                        "assent.membership.gone-after",
                        "2s",
                        "assent.recovery.hand-over",
                        "1h",
                        "assent.recovery.back-up-after",
                        "2h",
                        "assent.recovery.interval",
                        "1h")) {
            leave(database, participant);
            keepAlive(database);
            TransferLoad.await("the heir knows the dead one", () -> ring(heir).contains("dead"));
            assertThat(participant.requests())
                    .as("the dead one is believed to do it")
                    .isEmpty();

            TransferLoad.await("the dead one is gone", () -> !ring(heir).contains("dead"));
            long gone = System.nanoTime();
            TransferLoad.await("a first delivery", () -> !participant.requests().isEmpty());
            long first = System.nanoTime();
            TransferLoad.await("all is finished", () -> unfinished(database) == 0);
            long last = System.nanoTime();

            System.out.printf(
                    "takeover of %d: first delivery %d ms after the ring has changed, all finished after %d ms%n",
                    LEFT, TimeUnit.NANOSECONDS.toMillis(first - gone), TimeUnit.NANOSECONDS.toMillis(last - gone));
            Set<Bqual> told = participant.requests().stream()
                    .flatMap(List::stream)
                    .filter(i -> i.action() == Action.COMMIT)
                    .map(Instruction::bqual)
                    .collect(Collectors.toSet());
            assertThat(told).hasSize(LEFT);
        }
    }

    /** What a replica that decides and then dies leaves behind. */
    private static void leave(TestPostgres.Database database, TestParticipant participant) throws Exception {
        LogSettings settings = LogSettings.defaults(database.url(), database.user(), database.password());
        try (SystemScheduler scheduler = new SystemScheduler();
                PostgresDecisionLog log = PostgresDecisionLog.open(settings, new LogMeans(DEAD, scheduler))) {
            keepAlive(database);
            CountDownLatch decided = new CountDownLatch(LEFT);
            for (int i = 0; i < LEFT; i++) {
                BranchId id = new BranchId(participant.url(), Bqual.mint());
                ListedBranch branch = new ListedBranch(id, Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "7");
                log.propose(
                        new Proposal(Gtrid.mint(), Decision.COMMIT, List.of(branch), null, Map.of()),
                        _ -> decided.countDown());
            }
            assertThat(decided.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void keepAlive(TestPostgres.Database database) throws Exception {
        database.execute("INSERT INTO replica VALUES ('dead', '" + DEAD + "', 'http://dead', 1,"
                + " clock_timestamp() + interval '1900 milliseconds')"
                + " ON CONFLICT (id) DO UPDATE SET renewed_at = excluded.renewed_at");
    }

    private static String ring(TestCoordinator replica) {
        return replica.get("/v1/ring").text();
    }

    private static long unfinished(TestPostgres.Database database) throws Exception {
        return database.number("SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished");
    }
}
