package io.assent.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.assent.TransactionAbortedException;
import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.http.client.exceptions.ReadTimeoutException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What methods annotated with {@link InTransaction} do, over Micronaut's HTTP client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InitiatorTest {

    private Service service;
    private Journal journal;

    @BeforeAll
    void start() throws Exception {
        service = Service.start();
        service.bean(Notes.class);
        journal = service.bean(Journal.class);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @BeforeEach
    void forget() {
        service.coordinator.commits.clear();
        service.coordinator.rollbacks.clear();
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        assertThat(Journal.unbound()).isTrue();
        assertThat(service.preparedCount()).isZero();
    }

    @Test
    void commitsWhenTheMethodReturns() throws Exception {
        Gtrid gtrid = Gtrid.parse(journal.post("first", "/notes/write/c1", "/notes/relay/c2"));

        assertThat(service.committed("c1")).isOne();
        assertThat(service.committed("c2-here")).isOne();
        assertThat(service.committed("c2-there")).isOne();
        assertThat(service.coordinator.commits).containsOnlyKeys(gtrid);
        CommitRequest request = service.coordinator.commits.values().iterator().next();
        assertThat(request.branches()).hasSize(3).allMatch(branch -> branch.vote() instanceof Vote.Prepared);
        assertThat(request.labels()).containsEntry("title", "first").hasSize(1);
        assertThat(request.reply()).isEqualTo(CommitRequest.Reply.DECIDED);
        assertThat(request.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void rollsBackWhenTheMethodThrows() throws Exception {
        assertThatThrownBy(() -> journal.postAndFail("/notes/write/c3"))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("changed my mind");

        assertThat(service.committed("c3")).isZero();
        assertThat(service.coordinator.commits).isEmpty();
        RollbackRequest request =
                service.coordinator.rollbacks.values().iterator().next();
        assertThat(request.branches()).hasSize(1);
        assertThat(request.reason()).contains("changed my mind");
    }

    @Test
    void aServiceThatFailsRollsBackTheOthers() throws Exception {
        assertThatThrownBy(() -> journal.post("second", "/notes/write/c4", "/notes/fail/c5"))
                .hasMessageContaining("Internal Server Error");

        assertThat(service.committed("c4")).isZero();
        assertThat(service.coordinator.rollbacks.values().iterator().next().branches())
                .extracting(Branch::vote)
                .hasSize(2)
                .hasAtLeastOneElementOfType(Vote.No.class);
    }

    @Test
    void aServiceThatFailsIsNamedAndItsReplyStaysAtHand() {
        assertThatThrownBy(() -> journal.post("second", "/notes/write/d3", "/notes/fail/d4?secret=1"))
                .isExactlyInstanceOf(HttpClientResponseException.class)
                .hasMessageContaining("POST " + journal.url().resolve("/notes/fail/d4") + ": ")
                .hasMessageNotContaining("secret")
                .satisfies(e -> assertThat(
                                ((HttpClientResponseException) e).getStatus().getCode())
                        .isEqualTo(500));
        assertThat(service.coordinator.rollbacks.values().iterator().next().reason())
                .contains("HttpClientResponseException: POST " + journal.url().resolve("/notes/fail/d4"));
    }

    @Test
    void aServiceThatCannotBeReachedIsNamed() throws Exception {
        String nobody = "http://127.0.0.1:" + Service.freePort() + "/x";
        assertThatThrownBy(() -> journal.post("second", "/notes/write/d5", nobody + "?secret=1"))
                .isExactlyInstanceOf(HttpClientException.class)
                .hasMessageContaining("POST " + nobody + ": ")
                .hasMessageNotContaining("secret")
                .hasRootCauseInstanceOf(ConnectException.class);
        assertThat(service.coordinator.rollbacks.values().iterator().next().reason())
                .contains("HttpClientException: POST " + nobody);
    }

    /** Its exception is one that all share, and can't name anything. */
    @Test
    void aServiceThatIsTooSlowIsNamedInTheReason() {
        assertThatThrownBy(() -> journal.postToTheMute()).isInstanceOf(ReadTimeoutException.class);
        assertThat(service.coordinator.rollbacks.values().iterator().next().reason())
                .contains(
                        "ReadTimeoutException",
                        "no reply to POST http://127.0.0.1:" + service.mute.getLocalPort() + "/x");
    }

    @Test
    void aMethodInsideATransactionIsPartOfIt() {
        assertThat(journal.nestedIsTheSame()).isTrue();
        assertThat(service.coordinator.commits).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aReplyWithoutBranchesMakesCommitImpossible() throws Exception {
        HttpServer stranger = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stranger.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        stranger.start();
        try {
            String url = "http://127.0.0.1:" + stranger.getAddress().getPort() + "/x?secret=1";
            assertThatThrownBy(() -> journal.post("third", "/notes/write/c6", url))
                    .isInstanceOf(TransactionAbortedException.class);
            assertThat(service.coordinator.rollbacks.values().iterator().next().reason())
                    .contains("named no branches")
                    .doesNotContain("secret");
            assertThat(service.committed("c6")).isZero();
        } finally {
            stranger.stop(0);
        }
    }

    @Test
    void aLostReplyMakesCommitImpossible() throws Exception {
        HttpServer mute = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mute.createContext("/", exchange -> exchange.close());
        mute.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + mute.getAddress().getPort() + "/");
            assertThatThrownBy(() -> journal.callInVain(url, "/notes/write/c7"))
                    .isInstanceOf(TransactionAbortedException.class);
            assertThat(service.coordinator.rollbacks.values().iterator().next().reason())
                    .contains("no reply to POST " + url);
            assertThat(service.committed("c7")).isZero();
        } finally {
            mute.stop(0);
        }
    }

    @Test
    void aConnectionThatWasRefusedDoesNoHarm() throws Exception {
        journal.callInVain(URI.create("http://127.0.0.1:" + Service.freePort() + "/"), "/notes/write/c8");

        assertThat(service.committed("c8")).isOne();
    }

    @Test
    void aRedirectMakesCommitImpossible() throws Exception {
        assertThatThrownBy(() -> journal.post("fourth", "/notes/redirect/c9"))
                .isInstanceOf(TransactionAbortedException.class);

        assertThat(service.coordinator.rollbacks.values().iterator().next().reason())
                .contains("redirect");
        // The redirecting branch is not on the list: it asks, and learns ABORT.
        service.bean(io.assent.postgres.PostgresParticipant.class).sweep().sweep();
        Service.eventually(() -> service.preparedCount() == 0);
        assertThat(service.committed("c9")).isZero();
    }

    @Test
    void theCoreWithoutAnnotationsTakesMicronautsClientAlong() throws Exception {
        journal.postByHand("/notes/write/d1");

        assertThat(service.committed("d1")).isOne();
        assertThat(service.coordinator.commits.values().iterator().next().branches())
                .hasSize(1);
    }

    @Test
    void aCallOutsideATransactionCarriesNone() {
        assertThatThrownBy(() -> journal.call("/notes/write/d2")).hasMessageContaining("NO_TRANSACTION");
    }

    @Test
    void aMethodMayNotReturnBeforeItsWorkIsDone() {
        assertThatThrownBy(() -> journal.later())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@InTransaction on Journal.later");
    }
}
