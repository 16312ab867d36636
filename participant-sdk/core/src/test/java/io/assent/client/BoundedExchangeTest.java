package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.HttpStandIn;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class BoundedExchangeTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(15);

    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void bringsAReplyWithAndWithoutABody() throws Exception {
        try (HttpStandIn server = new HttpStandIn((_, exchange) -> {
            boolean empty = exchange.getRequestURI().getPath().equals("/empty");
            exchange.sendResponseHeaders(empty ? 204 : 200, empty ? -1 : 0);
            if (!empty) {
                exchange.getResponseBody().write("whole".getBytes(StandardCharsets.UTF_8));
            }
            exchange.close();
        })) {
            var whole =
                    BoundedExchange.send(http, HttpRequest.newBuilder(server.uri("/")), BodyHandlers.ofString(), LONG);
            var stream = BoundedExchange.send(
                    http, HttpRequest.newBuilder(server.uri("/")), BodyHandlers.ofInputStream(), LONG);
            var empty = BoundedExchange.send(
                    http, HttpRequest.newBuilder(server.uri("/empty")), BodyHandlers.discarding(), LONG);

            assertThat(whole.body()).isEqualTo("whole");
            assertThat(stream.body()).hasContent("whole");
            assertThat(empty.statusCode()).isEqualTo(204);
        }
    }

    @Test
    void givesUpABodyThatStalls() {
        try (HttpStandIn server = new HttpStandIn((_, exchange) -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[50]);
            exchange.getResponseBody().flush();
            awaitOver();
        })) {
            assertThatThrownBy(() -> BoundedExchange.send(
                            http, HttpRequest.newBuilder(server.uri("/")), BodyHandlers.ofByteArray(), SHORT))
                    .isInstanceOf(HttpTimeoutException.class)
                    .isNotInstanceOf(HttpConnectTimeoutException.class)
                    .hasMessage("no complete reply within 300 ms");
            over.countDown();
        }
    }

    @Test
    void givesUpAReplyThatNeverBegins() {
        try (HttpStandIn server = new HttpStandIn((_, _) -> awaitOver())) {
            assertThatThrownBy(() -> BoundedExchange.send(
                            http, HttpRequest.newBuilder(server.uri("/")), BodyHandlers.ofByteArray(), SHORT))
                    .isInstanceOf(HttpTimeoutException.class)
                    .isNotInstanceOf(HttpConnectTimeoutException.class)
                    .hasMessage("no complete reply within 300 ms");
            over.countDown();
        }
    }

    @Test
    void saysWhenNothingWasSentBecauseNobodyTookTheConnection() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
            HttpClient impatient = HttpClient.newBuilder().connectTimeout(SHORT).build();
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
                    Socket _ = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort())) {
                assertThatThrownBy(() -> BoundedExchange.send(
                                impatient, HttpRequest.newBuilder(uri), BodyHandlers.ofByteArray(), LONG))
                        .isInstanceOf(HttpConnectTimeoutException.class);
            }
        }
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
