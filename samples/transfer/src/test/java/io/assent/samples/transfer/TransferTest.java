package io.assent.samples.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.assent.api.JoinedBranches;
import io.assent.api.TransactionContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One scripted server plays both banks and the coordinator, and writes down what it was asked. */
@MicronautTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransferTest implements TestPropertyProvider {

    private record Reply(int status, String body) {}

    private final HttpServer others = startOthers();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile Reply toDebit = new Reply(200, "{}");
    private volatile String decision = "COMMIT";

    @Inject
    EmbeddedServer server;

    @Override
    public Map<String, String> getProperties() {
        String url = "http://127.0.0.1:" + others.getAddress().getPort();
        return Map.of("ASSENT_COORDINATORS", url, "BANKS", "north=" + url + ",south=" + url);
    }

    @AfterAll
    void stop() {
        others.stop(0);
    }

    @BeforeEach
    void reset() {
        asked.clear();
        toDebit = new Reply(200, "{}");
        decision = "COMMIT";
    }

    @Test
    void debitsAndCreditsInOneTransactionAndCommits() throws Exception {
        HttpResponse<String> reply = transfer("p-1", "north:alice", "south:bob", "250");

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body())
                .contains("\"payment\":\"p-1\"")
                .contains("\"outcome\":\"COMMITTED\"")
                .contains("\"applied\":\"YES\"");
        assertThat(asked).hasSize(3);
        assertThat(asked.get(0)).startsWith("/debits ").contains("\"account\":\"alice\"");
        assertThat(asked.get(1)).startsWith("/credits ").contains("\"account\":\"bob\"");
        assertThat(asked.get(2)).contains("/commit ").contains("\"payment\":\"p-1\"");
    }

    @Test
    void aRefusalOfTheBankRollsBackAndIsPassedOn() throws Exception {
        toDebit = new Reply(409, "{\"status\":409,\"code\":\"INSUFFICIENT_FUNDS\",\"detail\":\"too little\"}");
        decision = "ABORT";

        HttpResponse<String> reply = transfer("p-2", "north:alice", "south:bob", "250");

        assertThat(reply.statusCode()).isEqualTo(409);
        assertThat(reply.body())
                .contains("\"outcome\":\"ABORTED\"")
                .contains("\"code\":\"INSUFFICIENT_FUNDS\"")
                .contains("\"detail\":\"too little\"");
        assertThat(asked).noneMatch(request -> request.contains("/commit"));
    }

    @Test
    void anAbortByTheCoordinatorIsPassedOn() throws Exception {
        decision = "ABORT";

        HttpResponse<String> reply = transfer("p-3", "north:alice", "south:bob", "250");

        assertThat(reply.statusCode()).isEqualTo(409);
        assertThat(reply.body()).contains("\"code\":\"NO_VOTE\"");
    }

    @Test
    void malformedRequestsBeginNothing() throws Exception {
        assertThat(transfer("p-4", "north:alice", "south:bob", "-1").statusCode())
                .isEqualTo(400);
        assertThat(transfer("p-5", "nowhere:alice", "south:bob", "1").statusCode())
                .isEqualTo(400);
        assertThat(transfer("p-6", "alice", "south:bob", "1").statusCode()).isEqualTo(400);
        assertThat(transfer("p-7", "north:alice", "south:bob", "\"x\"").statusCode())
                .isEqualTo(400);
        assertThat(asked).isEmpty();
    }

    private HttpResponse<String> transfer(String payment, String from, String to, String amount) throws Exception {
        String body =
                "{\"payment\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"amount\":%s}".formatted(payment, from, to, amount);
        return http.send(
                HttpRequest.newBuilder(server.getURI().resolve("/transfers"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/v1/ring")) {
            // The SDK looks for other replicas whenever it likes; there are none.
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        asked.add(path + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Reply reply;
        if (path.startsWith("/v1/")) {
            String gtrid = path.split("/", -1)[3];
            String reason = "ABORT".equals(decision) ? ",\"reason\":{\"code\":\"NO_VOTE\",\"detail\":\"late\"}" : "";
            reply = new Reply(
                    200,
                    "{\"gtrid\":\"%s\",\"decision\":\"%s\",\"applied\":\"YES\"%s}".formatted(gtrid, decision, reason));
        } else {
            assertThat(exchange.getRequestHeaders().getFirst(TransactionContext.HEADER))
                    .isNotNull();
            reply = "/debits".equals(path) ? toDebit : new Reply(200, "{}");
            exchange.getResponseHeaders()
                    .set(JoinedBranches.HEADER, "v=1;p=http%3A%2F%2Fbank%2Fassent;b=" + path.substring(1) + ",0,P,7");
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders()
                    .set("Content-Type", reply.status() == 200 ? "application/json" : "application/problem+json");
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private HttpServer startOthers() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            started.createContext("/", this::handle);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
