package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.Assent;
import io.assent.api.Gtrid;
import io.assent.coordinator.testing.TcpProxy;
import io.assent.coordinator.testing.TestPostgres;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several replicas as processes, and what happens to one of them while money moves. Every test ends with a look at the books. */
@SuppressWarnings("NullAway.Init") // set up by each test
class ReplicaFaultsTest {

    /** Where nobody listens. */
    private static final String NOWHERE = "127.0.0.9";

    @TempDir
    private Path folder;

    private TestPostgres.Database log;
    private final List<ReplicaProcess> replicas = new ArrayList<>();
    private Assent assent;
    private TestBank north;
    private TestBank south;
    private TransferLoad load;

    @BeforeEach
    void database() throws Exception {
        log = TestPostgres.database();
    }

    @AfterEach
    void stop() throws Exception {
        north.close();
        south.close();
        assent.close();
        for (ReplicaProcess replica : replicas) {
            replica.close();
        }
    }

    @Test
    void aReplicaThatSleepsThroughItsReplacementContradictsNobodyWhenItWakes() throws Exception {
        threeReplicas();
        ReplicaProcess zombie = replicas.get(0);
        Map<Gtrid, String> told = load.during(outcomes -> {
            zombie.pause();
            TransferLoad.await(
                    "the others own everything", () -> replicas.get(1).members().equals(List.of("b", "c")));
            TransferLoad.awaitMore(outcomes, 200);
            zombie.resume();
            TransferLoad.await("it is back", () -> replicas.get(1).members().equals(List.of("a", "b", "c")));
            TransferLoad.awaitMore(outcomes, 100);
        });

        load.assertAllIsWell(told);
    }

    @Test
    void aReplicaThatIsKilledIsReplacedAndNothingIsLost() throws Exception {
        threeReplicas();
        Map<Gtrid, String> told = load.during(outcomes -> {
            replicas.get(0).kill();
            TransferLoad.awaitMore(outcomes, 100);
            TransferLoad.await(
                    "the others own everything", () -> replicas.get(2).members().equals(List.of("b", "c")));
            replicas.get(0).startAgain();
            replicas.get(1).kill();
            TransferLoad.awaitMore(outcomes, 100);
        });

        load.assertAllIsWell(told);
    }

    @Test
    void aRollingRestartFailsAndAbortsNothing() throws Exception {
        threeReplicas();
        Map<Gtrid, String> told = load.during(outcomes -> {
            for (ReplicaProcess replica : replicas) {
                TransferLoad.awaitMore(outcomes, 30);
                replica.terminate();
                TransferLoad.awaitMore(outcomes, 30);
                replica.startAgain();
            }
            TransferLoad.awaitMore(outcomes, 30);
        });

        load.assertAllIsWell(told);
        assertThat(told.values()).containsOnly("COMMIT");
    }

    @Test
    void aReplicaThatReachesNoParticipantLeavesNothingInDoubt() throws Exception {
        Path here = hosts("127.0.0.1");
        Path cutOff = hosts(NOWHERE);
        Map<String, String> soon = Map.of("ASSENT_RECOVERY_BACK_UP_AFTER", "5s");
        replicas.add(ReplicaProcess.start("a", log, log.url(), List.of("-Djdk.net.hosts.file=" + cutOff), soon));
        replicas.add(ReplicaProcess.start("b", log, log.url(), List.of("-Djdk.net.hosts.file=" + here), soon));
        banks("bank.test");

        Map<Gtrid, String> told = load.during(outcomes -> TransferLoad.awaitMore(outcomes, 40));

        assertThat(told.values()).contains("COMMIT");
        load.assertAllIsWell(told);
    }

    @Test
    void aReplicaThatDoesNotReachTheLogDecidesNothingAndSaysSo() throws Exception {
        URI server = URI.create(log.url().substring("jdbc:".length()));
        try (TcpProxy way = new TcpProxy(server.getPort())) {
            String through = log.url().replaceFirst("//[^/]+/", "//127.0.0.1:" + way.port() + "/");
            replicas.add(ReplicaProcess.start("a", log, through, List.of(), Map.of()));
            replicas.add(ReplicaProcess.start("b", log));
            banks("localhost");
            Map<Gtrid, String> told = load.during(outcomes -> {
                TransferLoad.awaitMore(outcomes, 50);
                way.cut();
                TransferLoad.await(
                        "a says that it is not seen",
                        () -> replicas.get(0).text("/health").contains("\"trouble\""));
                TransferLoad.await(
                        "b owns everything", () -> replicas.get(1).members().equals(List.of("b")));
                TransferLoad.awaitMore(outcomes, 100);
                way.mend();
                TransferLoad.await("a is back", () -> replicas.get(1).members().equals(List.of("a", "b")));
                TransferLoad.awaitMore(outcomes, 50);
            });

            load.assertAllIsWell(told);
        }
    }

    @Test
    void replicasThatDisagreeAboutTheRingDecideAlike() throws Exception {
        replicas.add(ReplicaProcess.start("a", log));
        replicas.add(
                ReplicaProcess.start("b", log, log.url(), List.of(), Map.of("ASSENT_MEMBERSHIP_VIRTUAL_NODES", "1")));
        banks("localhost");
        assertThat(replicas.get(0).text("/v1/ring"))
                .isNotEqualTo(replicas.get(1).text("/v1/ring"));

        Map<Gtrid, String> told = load.during(outcomes -> TransferLoad.awaitMore(outcomes, 200));

        load.assertAllIsWell(told);
    }

    @Test
    void aSecondReplicaWithTheSameIdIsRefused() throws Exception {
        replicas.add(ReplicaProcess.start("a", log));
        banks("localhost");
        ReplicaProcess second = ReplicaProcess.prepare("a", log, log.url(), List.of(), Map.of());
        replicas.add(second);

        Process refused = second.launch();

        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(second.said())
                .contains("assent: replica id 'a' is in use by a running replica at '"
                        + replicas.get(0).url() + "'");
        assertThat(replicas.get(0).members()).containsExactly("a");
    }

    private void threeReplicas() throws Exception {
        for (String id : List.of("a", "b", "c")) {
            replicas.add(ReplicaProcess.start(id, log));
        }
        banks("localhost");
    }

    private void banks(String host) throws Exception {
        assent = Assent.builder()
                .coordinators(replicas.stream().map(ReplicaProcess::url).toArray(String[]::new))
                .outcomePatience(Duration.ofSeconds(40))
                .deadline(Duration.ofSeconds(8))
                .build();
        north = new TestBank("north", TestPostgres.database(), assent.coordinator(), host);
        south = new TestBank("south", TestPostgres.database(), assent.coordinator(), host);
        load = new TransferLoad(assent, north, south, log);
    }

    /** What a Java machine takes instead of asking for names; one name leads to where a test wants it. */
    private Path hosts(String bank) throws Exception {
        return Files.writeString(folder.resolve("hosts-" + bank), bank + " bank.test\n127.0.0.1 localhost\n");
    }
}
