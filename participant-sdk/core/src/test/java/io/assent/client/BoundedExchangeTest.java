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
import java.util.concurrent.FutureTask;
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
        assertGivenUp((_, exchange) -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[50]);
            exchange.getResponseBody().flush();
            awaitOver();
        });
    }

    @Test
    void givesUpAReplyThatNeverBegins() {
        assertGivenUp((_, _) -> awaitOver());
    }

    @Test
    void closesTheConnectionOfABodyThatStalls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<Integer> end = new FutureTask<>(() -> {
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".getBytes(StandardCharsets.UTF_8));
                    accepted.setSoTimeout((int) LONG.toMillis());
                    int last = accepted.getInputStream().read(); // the request, up to the end of the connection
                    while (last >= 0) {
                        last = accepted.getInputStream().read();
                    }
                    return last;
                }
            });
            Thread _ = Thread.startVirtualThread(end);
            URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");

            assertThatThrownBy(() ->
                            BoundedExchange.send(http, HttpRequest.newBuilder(uri), BodyHandlers.ofByteArray(), SHORT))
                    .isInstanceOf(HttpTimeoutException.class);

            assertThat(end.get()).as("the end of the connection").isEqualTo(-1);
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

    private void assertGivenUp(HttpStandIn.Behaviour behaviour) {
        try (HttpStandIn server = new HttpStandIn(behaviour)) {
            assertThatThrownBy(() -> BoundedExchange.send(
                            http, HttpRequest.newBuilder(server.uri("/")), BodyHandlers.ofByteArray(), SHORT))
                    .isInstanceOf(HttpTimeoutException.class)
                    .isNotInstanceOf(HttpConnectTimeoutException.class)
                    .hasMessage("no complete reply within 300 ms");
            over.countDown();
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
