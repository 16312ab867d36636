package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.HttpStandIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ClientSettingsTest {

    private final HttpClient http = ClientSettings.http(Duration.ofSeconds(2));

    @Test
    void readsRepliesInVirtualThreads() throws Exception {
        try (HttpStandIn server = saysItsPath()) {
            assertThat(readBy(server.uri("/"), _ -> Thread.currentThread().toString()))
                    .startsWith("VirtualThread");
        }
    }

    /** What reads a reply is the caller's. On a thread that the client needs for reading it would wait for ever. */
    @Test
    void whatReadsAReplyMaySendARequestItself() throws Exception {
        try (HttpStandIn server = saysItsPath()) {
            assertThat(readBy(server.uri("/first"), first -> first + fetched(server.uri("/second"))))
                    .isEqualTo("/first/second");
        }
    }

    private String readBy(URI uri, UnaryOperator<String> reader) throws IOException, InterruptedException {
        return http.send(
                        get(uri),
                        _ -> BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), reader))
                .body();
    }

    private String fetched(URI uri) {
        try {
            return http.send(get(uri), BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpStandIn saysItsPath() throws IOException {
        return new HttpStandIn((_, exchange) -> {
            byte[] path = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, path.length);
            exchange.getResponseBody().write(path);
            exchange.close();
        });
    }

    private static HttpRequest get(URI uri) {
        return HttpRequest.newBuilder(uri).build();
    }
}
