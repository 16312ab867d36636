package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.await;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The description of the API, its viewer, health, metrics and what the replica says of itself. */
class PagesTest {

    private static TestCoordinator coordinator;

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start("assent.url", "http://coordinator.internal:8080");
    }

    @AfterAll
    static void stop() {
        coordinator.close();
    }

    @Test
    void describesEveryOperationOfTheProtocol() {
        Reply reply = coordinator.get("/openapi");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text())
                .contains(
                        "/v1/transactions/{gtrid}/commit:",
                        "/v1/transactions/{gtrid}/rollback:",
                        "/v1/commits:",
                        "application/x-ndjson:",
                        "/v1/transactions/{gtrid}/branches:",
                        "/v1/transactions/{gtrid}/branches/abandon:",
                        "/v1/transactions/{gtrid}/heuristics/acknowledge:",
                        "/v1/transactions/{gtrid}/retry:",
                        "/v1/inquiries:",
                        "/v1/heuristics:",
                        "/v1/info:",
                        "#/components/schemas/Problem",
                        "insufficient funds")
                .doesNotContain("format: byte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi/ui", "/"})
    void aPageLoadsNothingFromElsewhere(String page) {
        Reply reply = coordinator.get(page);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).startsWith("text/html");
        assertThat(reply.text()).doesNotContainPattern("(src|href)=\"(https?:)?//");
    }

    @ParameterizedTest
    @ValueSource(strings = {"swagger-ui.css", "swagger-ui-bundle.js"})
    void theViewersFilesAreServedFromHere(String file) {
        assertThat(coordinator.get("/openapi/ui/" + file).status()).isEqualTo(200);
    }

    @Test
    void nothingElseOfTheClassPathIsServed() {
        assertProblem(coordinator.get("/openapi/ui/index.html"), ErrorCode.NOT_FOUND);
        assertProblem(coordinator.get("/openapi/ui/..%2F..%2Fapplication.yml"), ErrorCode.NOT_FOUND);
    }

    @Test
    void saysWhatItIs() {
        Reply reply = coordinator.get("/v1/info");

        assertThat(reply.json().string("protocol")).isEqualTo("1");
        assertThat(reply.json().string("url")).isEqualTo("http://coordinator.internal:8080");
        assertThat(reply.json().string("version")).matches("\\d+\\.\\d+.*");
    }

    @Test
    void isReadyOnceRecoveryHasSwept() {
        await("it is ready", () -> coordinator.get("/health/readiness").status() == 200);

        assertThat(coordinator.get("/health/readiness").text()).contains("\"decisionLog\":\"answers\"");
        assertThat(coordinator.get("/health/liveness").status()).isEqualTo(200);
        assertThat(coordinator.get("/health").status()).isEqualTo(200);
    }

    @Test
    void countsWhatItDoes() {
        try (TestParticipant participant = TestParticipant.obedient()) {
            coordinator.post(path(Gtrid.mint(), "commit"), commitOf(prepared(participant, Bqual.mint())));
        }
        coordinator.post(path(Gtrid.mint(), "rollback"), "");
        coordinator.get("/v1/transactions/x");

        assertThat(coordinator.get("/prometheus").text())
                .contains("assent_transactions_decided_total{decision=\"COMMIT\",reason=\"NONE\"")
                .contains("assent_transactions_decided_total{decision=\"ABORT\",reason=\"ROLLBACK_REQUESTED\"")
                .contains("assent_decision_latency_seconds_bucket{decision=\"COMMIT\"")
                .contains("assent_finish_latency_seconds_count{decision=\"COMMIT\"")
                .contains("assent_http_problems_total{code=\"MALFORMED\"")
                .contains("assent_inflight{phase=\"undecided\"")
                .contains("assent_gateway_requests_total")
                .contains("assent_tickets_waiting")
                .contains("assent_recovery_adopted_total");
    }

    @Test
    void onceItShutsDownNewWorkIsRefusedAndOldStaysReadable() {
        try (TestCoordinator closing = TestCoordinator.start()) {
            Gtrid gtrid = Gtrid.mint();
            closing.post(path(gtrid, "rollback"), "");

            closing.drain();

            Reply refused = closing.post(path(Gtrid.mint(), "commit"), "{\"branches\":[]}");
            assertProblem(refused, ErrorCode.SHUTTING_DOWN);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(closing.get(path(gtrid, "")).status()).isEqualTo(200);
            assertThat(closing.get("/health/readiness").status()).isEqualTo(503);
        }
    }
}
