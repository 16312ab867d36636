package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.coordinator.testing.TcpProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that see, or reach, or are something else than the others. */
@SuppressWarnings("NullAway.Init") // set up before each test
class UnlikeReplicasTest {

    /** Where nobody listens. */
    private static final String NOWHERE = "127.0.0.9";

    private static final Pattern CALLED_IN_VAIN =
            Pattern.compile("^assent_gateway_requests_failed_total [1-9]", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private LoadedReplicas replicas;

    @BeforeEach
    void prepare() throws Exception {
        replicas = new LoadedReplicas();
    }

    @AfterEach
    void stop() {
        replicas.close();
    }

    @Test
    void aReplicaThatReachesNoParticipantLeavesNothingInDoubt() throws Exception {
        Path here = hosts("127.0.0.1");
        Path cutOff = hosts(NOWHERE);
        Map<String, String> soon = Map.of("ASSENT_RECOVERY_HAND_OVER", "1s", "ASSENT_RECOVERY_BACK_UP_AFTER", "2s");
        String log = replicas.log().url();
        replicas.start("a", log, List.of("-Djdk.net.hosts.file=" + cutOff), soon);
        replicas.start("b", log, List.of("-Djdk.net.hosts.file=" + here), soon);
        TransferLoad load = replicas.load("bank.test");

        Map<Gtrid, String> told = load.during(outcomes -> {
            TransferLoad.await(
                    "a has called participants in vain",
                    () -> CALLED_IN_VAIN
                            .matcher(replicas.get(0).text("/prometheus"))
                            .find());
            // What a has decided takes seconds, until b delivers it.
            TransferLoad.awaitMore(outcomes, 16);
        });

        assertThat(told.values()).contains("COMMIT");
        load.assertAllIsWell(told);
    }

    @Test
    void aReplicaThatDoesNotReachTheLogDecidesNothingAndSaysSo() throws Exception {
        String log = replicas.log().url();
        URI server = URI.create(log.substring("jdbc:".length()));
        try (TcpProxy way = new TcpProxy(server.getPort())) {
            String through = log.replaceFirst("//[^/]+/", "//127.0.0.1:" + way.port() + "/");
            replicas.start("a", through, List.of(), Map.of());
            replicas.start("b");
            TransferLoad load = replicas.load();
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
        replicas.start("a");
        replicas.start("b", replicas.log().url(), List.of(), Map.of("ASSENT_MEMBERSHIP_VIRTUAL_NODES", "1"));
        TransferLoad load = replicas.load();
        assertThat(replicas.get(0).text("/v1/ring"))
                .isNotEqualTo(replicas.get(1).text("/v1/ring"));

        Map<Gtrid, String> told = load.during(outcomes -> TransferLoad.awaitMore(outcomes, 200));

        load.assertAllIsWell(told);
    }

    @Test
    void aSecondReplicaWithTheSameIdIsRefused() throws Exception {
        replicas.start("a");
        ReplicaProcess second = replicas.prepare("a", replicas.log().url(), List.of(), Map.of());

        Process refused = second.launch();

        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(second.said())
                .contains("assent: replica id 'a' is in use by a running replica at '"
                        + replicas.get(0).url() + "'");
        assertThat(replicas.get(0).members()).containsExactly("a");
    }

    /** What a Java machine takes instead of asking for names; one name leads to where a test wants it. */
    private Path hosts(String bank) throws Exception {
        return Files.writeString(folder.resolve("hosts-" + bank), bank + " bank.test\n127.0.0.1 localhost\n");
    }
}
