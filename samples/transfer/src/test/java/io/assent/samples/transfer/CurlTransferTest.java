package io.assent.samples.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What samples/curl/transfer.sh says when somebody that it needs is gone. */
class CurlTransferTest {

    private static final Path SCRIPT = Path.of("..", "curl", "transfer.sh").toAbsolutePath();
    private static final String GTRID = "01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d";
    private static final int CONNECTION_REFUSED = 7;
    private static final int NO_REPLY = 52;
    private static final long ENDS_WITHIN_SECONDS = 60;

    private HttpServer banks;
    private HttpServer coordinator;

    private record Ended(int status, String out, List<String> err) {}

    @BeforeEach
    void start() throws IOException {
        assumeThat(Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl"))))
                .as("curl is installed")
                .isTrue();
        banks = serve();
        reply(banks, "/", 200, "");
        coordinator = serve();
        reply(coordinator, "/v1/transactions", 201, "{\"gtrid\":\"" + GTRID + "\",\"context\":\"v=1\"}");
        reply(coordinator, "/v1/transactions/" + GTRID, 200, "{}");
    }

    @AfterEach
    void stop() {
        banks.stop(0);
        coordinator.stop(0);
    }

    @Test
    void namesACoordinatorThatIsGoneInOneLine() throws Exception {
        String gone = gone();
        Ended ended = run(url(banks), gone);

        assertThat(ended.status()).isEqualTo(CONNECTION_REFUSED);
        assertThat(ended.err()).singleElement().asString().startsWith("transfer.sh: " + gone + "/v1/transactions: ");
    }

    @Test
    void namesABankThatIsGoneInOneLine() throws Exception {
        String gone = gone();
        Ended ended = run(gone, url(coordinator));

        assertThat(ended.status()).isEqualTo(CONNECTION_REFUSED);
        assertThat(ended.err()).singleElement().asString().startsWith("transfer.sh: " + gone + "/accounts: ");
    }

    @Test
    void saysThatTheOutcomeIsUnknownWhereTheReplyToCommitIsLost() throws Exception {
        coordinator.createContext("/v1/transactions/" + GTRID + "/commit", exchange -> exchange.close());
        Ended ended = run(url(banks), url(coordinator));

        assertThat(ended.status()).isEqualTo(NO_REPLY);
        assertThat(ended.err()).hasSize(2);
        assertThat(ended.err().get(0))
                .startsWith("transfer.sh: " + url(coordinator))
                .contains("/commit: ");
        assertThat(ended.err().get(1)).contains(GTRID + " may be committed or not");
    }

    @Test
    void succeedsWhereAllAreThere() throws Exception {
        Ended ended = run(url(banks), url(coordinator));

        assertThat(ended.err()).isEmpty();
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("transaction " + GTRID);
    }

    private static Ended run(String banks, String coordinator) throws Exception {
        ProcessBuilder script = new ProcessBuilder("sh", SCRIPT.toString());
        script.environment().put("ASSENT", coordinator);
        script.environment().put("NORTH", banks);
        script.environment().put("SOUTH", banks);
        Path err = Files.createTempFile("transfer", ".err");
        Process process = script.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(err);
        Files.delete(err);
        return new Ended(process.exitValue(), out, lines);
    }

    private static HttpServer serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    private static void reply(HttpServer server, String path, int status, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String gone() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}
