package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.Assent;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas that come, go, and tell the time as they like, while money moves. */
@SuppressWarnings("NullAway.Init") // set up before each test
class ReplicaChurnTest {

    private static final int REPLICAS = 10;
    private static final Duration CHURN = Duration.ofSeconds(Integer.getInteger("assent.churn.seconds", 120));
    private static final long SEED = Long.getLong("assent.churn.seed", System.nanoTime());

    private TestPostgres.Database log;
    private final Map<String, TestCoordinator> replicas = new TreeMap<>();
    private Assent assent;
    private TestBank north;
    private TestBank south;
    private TransferLoad load;

    @BeforeEach
    void database() throws Exception {
        log = TestPostgres.database();
    }

    @AfterEach
    void stop() {
        north.close();
        south.close();
        assent.close();
        replicas.values().forEach(TestCoordinator::close);
    }

    @Test
    void tenReplicasComeAndGoAndNothingIsLost() throws Exception {
        System.out.println("churn of " + CHURN.toSeconds() + " s, seed " + SEED
                + " (-Dassent.churn.seconds=N -Dassent.churn.seed=S)");
        Random random = new Random(SEED);
        // These stay: somebody has to know where the others are.
        join("r0");
        join("r1");
        banks();
        int[] changes = {0};
        Map<Gtrid, String> told = load.during(outcomes -> {
            long end = System.nanoTime() + CHURN.toNanos();
            while (System.nanoTime() - end < 0) {
                comeOrGo("r" + (2 + random.nextInt(REPLICAS - 2)));
                changes[0]++;
                TransferLoad.awaitMore(outcomes, 1 + random.nextInt(100));
            }
        });

        System.out.println("churn: " + changes[0] + " changes, " + told.size() + " outcomes");
        load.assertAllIsWell(told);
        assertThat(told.values()).as("going in good order aborts nothing").containsOnly("COMMIT");
        TransferLoad.await("all know the same ring", () -> rings().distinct().count() == 1);
    }

    @Test
    void replicasWhoseClocksAreADayAheadAndADayBehindDecideAlike() throws Exception {
        replicas.put("ahead", replica("ahead", Duration.ofDays(1)));
        replicas.put("behind", replica("behind", Duration.ofDays(-1)));
        TransferLoad.await(
                "both know each other", () -> rings().allMatch(r -> r.contains("ahead") && r.contains("behind")));
        banks();

        Map<Gtrid, String> told = load.of(200, _ -> {});

        assertThat(told).hasSize(200);
        assertThat(told.values()).containsOnly("COMMIT");
        load.assertAllIsWell(told);
        for (TestCoordinator replica : replicas.values()) {
            Reply begun = replica.post("/v1/transactions", "{\"timeoutMillis\":60000}");
            Reply aborted = replica.post("/v1/transactions/" + begun.json().string("gtrid") + "/rollback", "");
            assertThat(aborted.json().string("decision")).isEqualTo("ABORT");
        }
    }

    private void comeOrGo(String id) {
        TestCoordinator there = replicas.remove(id);
        if (there == null) {
            join(id);
        } else {
            there.drain();
            there.close();
        }
    }

    private void join(String id) {
        replicas.put(id, replica(id, Duration.ZERO));
    }

    /** @param ahead of the others' clocks */
    private TestCoordinator replica(String id, Duration ahead) {
        return TestCoordinator.startAt(
                Clock.offset(Clock.system(ZoneOffset.UTC), ahead),
                log,
                "assent.replica-id",
                id,
                "assent.membership.renew-interval",
                "200ms",
                "assent.membership.gone-after",
                "2s");
    }

    private Stream<String> rings() {
        return replicas.values().stream().map(r -> r.get("/v1/ring").text());
    }

    private void banks() throws Exception {
        assent = Assent.builder()
                .coordinators(
                        replicas.values().stream().map(r -> r.url().toString()).toArray(String[]::new))
                .outcomePatience(Duration.ofSeconds(30))
                .deadline(Duration.ofSeconds(20))
                .build();
        north = new TestBank("north", TestPostgres.database(), assent.coordinator());
        south = new TestBank("south", TestPostgres.database(), assent.coordinator());
        load = new TransferLoad(assent, north, south, log);
    }
}
