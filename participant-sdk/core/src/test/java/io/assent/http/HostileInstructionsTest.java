package io.assent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.participant.BranchResource;
import io.assent.participant.InDoubtBranch;
import io.assent.participant.InstructionHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** A participant's endpoint on a real connection, and bytes that no coordinator sends. */
final class HostileInstructionsTest {

    private static final long FAR_OVER = 64L * InstructionHandler.BODY_BYTES_MAX;
    private static final int PATIENCE_MILLIS = 20_000;

    /** Asks for everything to be said again. */
    private static final class Busy implements BranchResource {
        @Override
        public List<InstructionResult> carryOut(List<Instruction> instructions) {
            return instructions.stream()
                    .map(each -> InstructionResult.of(each, Result.RETRY))
                    .toList();
        }

        @Override
        public List<InDoubtBranch> inDoubt() {
            return List.of();
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;

    HostileInstructionsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeProperty
    void start() {
        InstructionHandler handler = new InstructionHandler(new Busy());
        server.createContext("/assent", new InstructionEndpoint(handler));
        server.setExecutor(threads);
        server.start();
    }

    @AfterProperty
    void stop() {
        server.stop(0);
        client.close();
        threads.shutdownNow();
    }

    @Property(tries = 300)
    void aBodyIsCarriedOutOrMalformed(@ForAll("bodies") byte[] body) throws Exception {
        HttpResponse<String> reply = client.send(
                HttpRequest.newBuilder(uri())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(reply.statusCode()).as(reply.body()).isIn(200, 400);
        if (reply.statusCode() == 400) {
            assertThat(reply.body()).contains("\"code\":\"MALFORMED\"");
        }
    }

    @Example
    void aBodyWithoutAnEndIsReadNoFurtherThanTheLimit() throws Exception {
        long sent = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("POST /assent HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("4000\r\n" + " ".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (socket.getInputStream().available() == 0 && sent < FAR_OVER) {
                out.write(chunk);
                sent += 0x4000;
            }
        } catch (IOException closed) {
            assertThat(sent).isGreaterThan(InstructionHandler.BODY_BYTES_MAX);
        }
        assertThat(sent).isLessThan(FAR_OVER);
    }

    @Example
    void aDeepDocumentIsMalformedAndNoStackRunsOver() throws Exception {
        for (String deep : List.of("{\"instructions\":" + "[".repeat(500_000), "{\"a\":".repeat(100_000))) {
            HttpResponse<String> reply = client.send(
                    HttpRequest.newBuilder(uri())
                            .POST(HttpRequest.BodyPublishers.ofString(deep))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(reply.statusCode()).isEqualTo(400);
        }
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
                "\"instructions\"",
                "\"action\"",
                "\"PREPARE\"",
                "\"COMMIT\"",
                "\"gtrid\"",
                "\"01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d\"",
                "\"bqual\"",
                "\"b\"",
                "\"evidence\"",
                "1e400",
                "null",
                "\"\\ud800\"");
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200),
                tokens.list()
                        .ofMaxSize(24)
                        .map(list ->
                                ("{\"instructions\":[{" + String.join("", list)).getBytes(StandardCharsets.UTF_8)));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/assent");
    }
}
