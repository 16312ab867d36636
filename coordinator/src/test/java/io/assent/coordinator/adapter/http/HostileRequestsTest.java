package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Bytes that no client of ours would send, on a real connection: the reply is a problem of the sender, and comes. */
final class HostileRequestsTest {

    private static final int BODY_BYTES_MAX = 20_000;
    /** More than the kernel keeps of what nobody reads, and less than the framework reads if nobody told it the limit. */
    private static final long FAR_OVER = 8L * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> ENDPOINTS = List.of(
            "/v1/transactions",
            "/v1/transactions/ID/commit",
            "/v1/transactions/ID/rollback",
            "/v1/transactions/ID/branches",
            "/v1/transactions/ID/retry",
            "/v1/transactions/ID/heuristics/acknowledge",
            "/v1/transactions/ID/branches/abandon",
            "/v1/inquiries",
            "/v1/commits");

    private static @Nullable TestCoordinator coordinator;

    @BeforeContainer
    static void start() {
        coordinator = TestCoordinator.start("assent.http.body-bytes-max", Integer.toString(BODY_BYTES_MAX));
    }

    @AfterContainer
    static void stop() {
        coordinator().close();
    }

    private static TestCoordinator coordinator() {
        return java.util.Objects.requireNonNull(coordinator);
    }

    @Property(tries = 150)
    void noBodyMakesAnEndpointFail(@ForAll("endpoints") String path, @ForAll("bodies") byte[] body) throws IOException {
        String reply = exchange(path, "Content-Length: " + body.length, body);
        assertRefusedOrServed(reply);
    }

    @Property(tries = 150)
    void noHeaderMakesAnEndpointFail(
            @ForAll("endpoints") String path, @ForAll("headers") String header, @ForAll("headerValues") String value)
            throws IOException {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        assertRefusedOrServed(exchange(path, header + ": " + value + "\r\nContent-Length: 2", body));
    }

    @Property(tries = 100)
    void noQueryMakesAListFail(@ForAll("parameters") String parameter, @ForAll("queryValues") String value)
            throws IOException {
        assertRefusedOrServed(raw("GET /v1/transactions?" + parameter + "=" + value + " HTTP/1.1\r\n"
                + "Host: a\r\nConnection: close\r\n\r\n"));
    }

    @Property(tries = 1)
    void aBodyWithoutAnEndIsRefusedAtTheLimit() throws IOException {
        for (String endpoint : ENDPOINTS) {
            try (Socket socket = connected()) {
                OutputStream out = socket.getOutputStream();
                out.write(head(path(endpoint), "Transfer-Encoding: chunked"));
                long sent = 0;
                byte[] chunk = ("400\r\n" + " ".repeat(1024) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                try {
                    // The kernel's buffers take what the server does not; a server that reads on takes it all.
                    while (socket.getInputStream().available() == 0 && sent < FAR_OVER) {
                        out.write(chunk);
                        sent += 1024;
                    }
                } catch (IOException reset) {
                    assertThat(sent).as("sent before the connection was closed").isGreaterThan(BODY_BYTES_MAX);
                }
                assertThat(sent).as(endpoint).isLessThan(FAR_OVER);
            }
        }
        assertThat(coordinator().get("/v1/ring").status()).isEqualTo(200);
    }

    @Property(tries = 1)
    void aFloodOfHeadersIsRefused() throws IOException {
        String flood = "X-Flood: " + "x".repeat(1000) + "\r\n";
        String reply = exchange("/v1/transactions", flood.repeat(1000) + "Content-Length: 2", new byte[] {'{', '}'});
        assertThat(reply).as("closed, or told why").matches("(?s)|HTTP/1.1 4.*");
        assertThat(coordinator().get("/v1/ring").status()).isEqualTo(200);
    }

    @Property(tries = 1)
    void deepHugeAndDoubledDocumentsAreMalformed() {
        for (String endpoint : ENDPOINTS) {
            if (!endpoint.endsWith("retry")) {
                for (String body : List.of(
                        "{\"a\":".repeat(3000),
                        "[".repeat(10_000),
                        "{\"timeoutMillis\":" + "9".repeat(5000) + "}",
                        "{\"timeoutMillis\":1e999999999}",
                        "{\"reply\":\"" + "x".repeat(15_000) + "\"}",
                        "{\"labels\":{\"a\":\"1\",\"a\":\"2\"}}")) {
                    assertProblem(coordinator().post(path(endpoint), body), ErrorCode.MALFORMED);
                }
            }
        }
    }

    @Provide
    Arbitrary<String> endpoints() {
        return Arbitraries.of(ENDPOINTS).map(HostileRequestsTest::path);
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<String> tokens = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"branches\"",
                "\"participant\"",
                "\"http://127.0.0.1:1\"",
                "\"bqual\"",
                "\"b\"",
                "\"inquires\"",
                "true",
                "null",
                "\"inquiries\"",
                "\"commits\"",
                "\"body\"",
                "\"gtrid\"",
                "\"" + Gtrid.floorOf(0) + "\"",
                "\"deadline\"",
                "\"PASSED\"",
                "\"timeoutMillis\"",
                "-1",
                "1e400",
                "\"operator\"",
                "\"reason\"",
                "\"\\ud800\"",
                "\"\\u0000\"");
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200),
                tokens.list().ofMaxSize(20).map(list -> ("{" + String.join("", list)).getBytes(StandardCharsets.UTF_8)),
                tokens.list().ofMaxSize(5).map(list -> String.join(",", list).getBytes(StandardCharsets.UTF_16)));
    }

    @Provide
    Arbitrary<String> headers() {
        return Arbitraries.of(
                "Assent-Forwarded-By",
                "Forwarded",
                "Assent-Ring",
                "Assent-Protocol",
                "Assent-Transaction",
                "Accept",
                "Content-Type",
                "Content-Encoding",
                "Origin",
                "X-@",
                "");
    }

    /** One byte each. */
    @Provide
    Arbitrary<String> headerValues() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange(' ', (char) 0xFF).ofMaxLength(60),
                Arbitraries.of(
                        Gtrid.floorOf(0).toString(),
                        "application/json",
                        "for=\"",
                        "*/*;q=x",
                        "\u0001",
                        "x".repeat(9000)));
    }

    @Provide
    Arbitrary<String> parameters() {
        return Arbitraries.of("limit", "order", "state", "label", "inDoubt", "cursor", "participant", "wait", "x");
    }

    @Provide
    Arbitrary<String> queryValues() {
        Arbitrary<String> parts = Arbitraries.of(
                "%00", "%", "%zz", "%ff", "%F0%9F", "1", "-", "9999999999", "a", "=", "&", ":", "'", "+", "A", "_");
        return parts.list().ofMaxSize(8).map(list -> String.join("", list));
    }

    private static String path(String endpoint) {
        return endpoint.replace("ID", Gtrid.mint().toString());
    }

    private static byte[] head(String path, String headers) {
        return ("POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + headers + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String exchange(String path, String headers, byte[] body) throws IOException {
        try (Socket socket = connected()) {
            try {
                socket.getOutputStream().write(head(path, headers));
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
                return text(socket);
            } catch (IOException reset) {
                return "";
            }
        }
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return text(socket);
        }
    }

    private static String text(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Socket connected() throws IOException {
        URI url = coordinator().url();
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static void assertRefusedOrServed(String reply) {
        assertThat(reply).startsWith("HTTP/1.1 ");
        int status = Integer.parseInt(reply.substring(9, 12));
        assertThat(status).as(reply).isBetween(200, 499);
        if (status >= 400) {
            assertThat(reply).contains(Problem.MEDIA_TYPE).contains("\"remedy\":");
        }
    }
}
