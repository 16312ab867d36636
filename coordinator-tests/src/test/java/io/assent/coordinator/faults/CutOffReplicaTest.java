package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.Assent;
import io.assent.Transaction;
import io.assent.client.ClientSettings;
import io.assent.client.CoordinatorClient;
import io.assent.client.LastGoodFirst;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.testing.TcpProxy;
import io.assent.coordinator.testing.TestPostgres;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that answers, and can't reach the log, while another one can. */
class CutOffReplicaTest {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Test
    void doesNotCaptureTheInquiriesOfAParticipantThatAskedItLast() throws Exception {
        TestPostgres.Database log = TestPostgres.database();
        URI server = URI.create(log.url().substring("jdbc:".length()));
        try (TcpProxy way = new TcpProxy(server.getPort());
                TestCoordinator cutOff = TestCoordinator.startOn(
                        new TestPostgres.Database(
                                log.url().replaceFirst("//[^/]+/", "//127.0.0.1:" + way.port() + "/"),
                                log.user(),
                                log.password()),
                        "assent.log.connect-timeout",
                        "1s");
                TestCoordinator good = TestCoordinator.startOn(log);
                Assent initiator =
                        Assent.builder().coordinators(good.url().toString()).build()) {
            ClientSettings settings = ClientSettings.of(
                    List.of(cutOff.url().toString(), good.url().toString()));
            // Asks the one that answered last, which before any answer is the first.
            CoordinatorClient asking = new CoordinatorClient(settings, new LastGoodFirst(settings.replicas()));
            try (TestBank bank = new TestBank("north", TestPostgres.database(), asking)) {
                Transaction orphan = initiator.begin(initiator.options().withDeadline(DEADLINE));
                HttpRequest move = HttpRequest.newBuilder(bank.move(1, -1))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
                assertThat(orphan.send(move, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(204);
                assertThat(bank.prepared()).isEqualTo(1);
                way.cut();

                TransferLoad.await("the orphan has rolled back", () -> bank.prepared() == 0);
                assertThat(bank.money()).isEqualTo(100_000);
            }
        }
    }
}
