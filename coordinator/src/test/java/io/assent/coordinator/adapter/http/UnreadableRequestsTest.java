package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit whose body can't be read is refused; it is not one without a body, which would commit what was enlisted. */
@Timeout(60)
class UnreadableRequestsTest {

    private static final int BODY_BYTES_MAX = 20_000;
    private static final int PATIENCE = (int) Duration.ofSeconds(20).toMillis();

    private static TestCoordinator coordinator;
    private static TestParticipant obedient;

    private Gtrid gtrid = Gtrid.mint();
    private String commit = "";

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start("assent.http.body-bytes-max", Integer.toString(BODY_BYTES_MAX));
        obedient = TestParticipant.obedient();
    }

    @AfterAll
    static void stop() {
        coordinator.close();
        obedient.close();
    }

    /** A commit without a body would now succeed. */
    @BeforeEach
    void enlist() {
        gtrid = Gtrid.parse(coordinator
                .post("/v1/transactions", "{\"timeoutMillis\":60000}")
                .json()
                .string("gtrid"));
        String branch = prepared(obedient, Bqual.mint());
        assertThat(coordinator
                        .post(path(gtrid, "branches"), "{\"branches\":[" + branch + "]}")
                        .status())
                .isEqualTo(200);
        commit = commitOf(branch);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ZZ\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\nZZ\r\n", "\r\n", "-1\r\n{}\r\n", "2\r\n{}ZZ\r\n0\r\n\r\n"})
    void aChunkThatIsNoneIsMalformed(String chunks) throws IOException {
        assertRefused(exchange(head("Transfer-Encoding: chunked") + chunks), 400, "MALFORMED", "");
    }

    @Test
    void aChunkThatIsNoneIsMalformedAfterTheHeadHasBeenRead() throws IOException {
        try (Socket socket = connected()) {
            say(socket, head("Transfer-Encoding: chunked\r\nExpect: 100-continue"));
            assertThat(new String(socket.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            say(socket, "ZZ\r\n" + commit + "\r\n0\r\n\r\n");

            assertRefused(text(socket), 400, "MALFORMED", "");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Transfer-Encoding: gzip             | 400 | MALFORMED              | Transfer-Encoding",
                "Transfer-Encoding: gzip, chunked    | 400 | MALFORMED              | Transfer-Encoding",
                "Transfer-Encoding: identity         | 400 | MALFORMED              | Transfer-Encoding",
                "Content-Encoding: gzip | 415 | UNSUPPORTED_MEDIA_TYPE | Content-Encoding",
                "Content-Encoding: br   | 415 | UNSUPPORTED_MEDIA_TYPE | Content-Encoding",
                "Content-Encoding: xx   | 415 | UNSUPPORTED_MEDIA_TYPE | Content-Encoding",
                "Expect: luck   | 400 | MALFORMED              | Expect",
            })
    void aBodyThatIsNotSentAsItIsIsRefused(String headers, int status, String code, String field) throws IOException {
        assertRefused(exchange(head(headers) + "{}"), status, code, field);
    }

    @Test
    void aCompressedBodyIsRefused() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(commit.getBytes(StandardCharsets.UTF_8));
        }
        String body = zipped.toString(StandardCharsets.ISO_8859_1);

        for (String sent : new String[] {body, body.substring(0, 5)}) {
            String head = head("Content-Encoding: gzip\r\nContent-Length: " + sent.length());
            assertRefused(exchange(head + sent), 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Encoding");
        }
    }

    /** What was sent as a body that nobody reads is not the next request. */
    @Test
    void nothingBehindARefusedHeadIsServed() throws IOException {
        String reply = exchange(head("Transfer-Encoding: gzip") + head("Content-Length: 2") + "{}");

        assertThat(reply.split("HTTP/1\\.1 ", -1)).as(reply).hasSize(2);
        assertRefused(reply, 400, "MALFORMED", "Transfer-Encoding");
    }

    @Test
    void whatCameBeforeIsAnsweredFirst() throws IOException {
        String before = "GET /v1/info HTTP/1.1\r\nHost: a\r\n\r\n";

        String replies = exchange(before + head("Transfer-Encoding: chunked") + "ZZ\r\n");

        assertThat(replies).startsWith("HTTP/1.1 200 ");
        assertRefused(replies.substring(replies.lastIndexOf("HTTP/1.1 ")), 400, "MALFORMED", "");
    }

    @Test
    void aBodyThatIsAnnouncedTooLongIsRefusedBeforeItIsSent() throws IOException {
        assertRefused(exchange(head("Content-Length: 20001\r\nExpect: 100-continue")), 413, "TOO_LARGE", "body");
    }

    @Test
    void aBodyThatGrowsTooLongIsRefused() throws IOException {
        String chunk = "400\r\n" + " ".repeat(1024) + "\r\n";
        String reply = exchange(head("Transfer-Encoding: chunked") + chunk.repeat(20));
        assertRefused(reply, 413, "TOO_LARGE", "");
        assertThat(reply).contains("more than 20000 bytes");
    }

    /** A connection that is closed while something comes is reset, and the reply with it. */
    @Test
    void whoHasSentALongBodyComesToReadWhyItWasRefused() throws IOException {
        String body = " ".repeat(3_000_000);
        String behind = "GET /v1/info HTTP/1.1\r\nHost: a\r\n\r\n";

        String reply = exchange(head("Content-Length: " + body.length()) + body);
        String packed = exchange(head("Content-Encoding: br\r\nContent-Length: " + body.length()) + body + behind);

        assertRefused(reply, 413, "TOO_LARGE", "body");
        assertRefused(packed, 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Encoding");
        assertThat(packed.split("HTTP/1\\.1 ", -1)).as(packed).hasSize(2);
    }

    @Test
    void aBodyThatBreaksOffIsAnsweredByNothing() throws IOException {
        for (String cut :
                new String[] {head("Content-Length: 1000") + "{}", head("Transfer-Encoding: chunked") + "2\r\n{}\r\n"
                }) {
            try (Socket socket = connected()) {
                say(socket, cut);
                socket.shutdownOutput();
                assertThat(text(socket)).isEmpty();
            }
        }
        assertUndecided();
    }

    @Test
    void aRequestLineAndHeadersThatAreTooLongAreNamed() throws IOException {
        String line = exchange("GET /v1/info?" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        String header = exchange(head("X-Long: " + "x".repeat(90_000)));

        assertRefused(line, 413, "TOO_LARGE", "request line");
        assertRefused(header, 413, "TOO_LARGE", "headers");
    }

    @Test
    void aRequestThatIsNoHttpIsMalformed() throws IOException {
        assertRefused(exchange(head("Content-Length: -1")), 400, "MALFORMED", "");
        assertRefused(exchange(head("Content-Length: 2\r\nContent-Length: 3") + "{}"), 400, "MALFORMED", "");
    }

    @Test
    void aBodyIsServedHoweverItComes() throws IOException {
        try (Socket socket = connected()) {
            say(
                    socket,
                    head("Connection: close\r\nTransfer-Encoding: chunked\r\nContent-Encoding: identity\r\n"
                            + "Expect: 100-continue"));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(25), StandardCharsets.US_ASCII)).contains(" 100 ");
            for (String part : commit.split("(?<=,)", -1)) {
                say(socket, Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
            }
            say(socket, "0\r\n\r\n");

            assertThat(text(socket)).startsWith("HTTP/1.1 200 ").contains("\"decision\":\"COMMIT\"");
        }
    }

    private void assertRefused(String reply, int status, String code, String field) {
        assertThat(reply).matches("(?s)HTTP/1\\.[01] " + status + " .*").contains("\"code\":\"" + code + "\"");
        assertThat(reply).contains(Problem.MEDIA_TYPE).contains("\"remedy\":");
        if (!field.isEmpty()) {
            assertThat(reply).contains("\"field\":\"" + field + "\"");
        }
        assertUndecided();
    }

    /** Nor will it be, by what was sent. */
    private void assertUndecided() {
        assertThat(coordinator.get(path(gtrid, "")).json().string("state")).isEqualTo("ACTIVE");
    }

    private String head(String headers) {
        return "POST " + path(gtrid, "commit") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + headers
                + "\r\n\r\n";
    }

    /** All that comes until the server closes the connection. */
    private static String exchange(String request) throws IOException {
        try (Socket socket = connected()) {
            say(socket, request);
            return text(socket);
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String text(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Socket connected() throws IOException {
        Socket socket =
                new Socket(coordinator.url().getHost(), coordinator.url().getPort());
        socket.setSoTimeout(PATIENCE);
        return socket;
    }
}
