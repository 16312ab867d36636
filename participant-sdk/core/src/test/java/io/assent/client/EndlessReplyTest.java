package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.HttpStandIn;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A coordinator, or whoever took its place, that never stops talking. */
final class EndlessReplyTest {

    private static final int BYTES_MAX = 100_000;
    private static final long FAR_OVER = 256L * 1024 * 1024;

    @Test
    void isReadNoFurtherThanTheLimit() {
        AtomicLong sent = new AtomicLong();
        HttpStandIn.Behaviour talk = (request, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] more = new byte[64 * 1024];
            try (OutputStream out = exchange.getResponseBody()) {
                while (sent.get() < FAR_OVER) {
                    out.write(more);
                    sent.addAndGet(more.length);
                }
            }
        };
        HttpClient client = HttpClient.newHttpClient();
        try (HttpStandIn talker = new HttpStandIn(talk)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(talker.uri("/"));

            assertThatThrownBy(() -> BoundedExchange.send(
                            client, request, BoundedBody.handler(BYTES_MAX), Duration.ofSeconds(20)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reply longer than " + BYTES_MAX);
            assertThat(sent.get()).isLessThan(FAR_OVER);
        }
    }
}
