package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.JsonObject;
import io.assent.coordinator.testing.TestKeys;
import io.assent.coordinator.testing.TestPorts;
import io.assent.coordinator.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that serve by TLS, with the settings that docs/OPERATIONS.md names. */
@SuppressWarnings("NullAway.Init") // set up before each test
class SecureReplicasTest {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static TestKeys keys;

    private final List<Process> processes = new ArrayList<>();
    private TestPostgres.Database log;
    private HttpClient client;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = TestKeys.in(folder);
    }

    @BeforeEach
    void prepare() throws Exception {
        log = TestPostgres.database();
        client = HttpClient.newBuilder().sslContext(keys.trusting()).build();
    }

    @AfterEach
    void stop() {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        client.close();
    }

    @Test
    void replicasAnnounceThemselvesByHttpsAndPassRequestsOnByIt() throws Exception {
        URI north = start("north");
        URI south = start("south");
        for (URI replica : List.of(north, south)) {
            TransferLoad.await(
                    replica + " knows both",
                    () -> text(replica, "/v1/ring").contains(north.toString())
                            && text(replica, "/v1/ring").contains(south.toString()));
        }

        HttpResponse<String> begun = post(north, "/v1/transactions", "{\"timeoutMillis\":20000}");

        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
        String gtrid =
                JsonObject.parse(begun.body().getBytes(StandardCharsets.UTF_8)).string("gtrid");
        // It is in the memory of one of them.
        assertThat(text(north, "/v1/transactions/" + gtrid)).contains("\"state\":\"ACTIVE\"");
        assertThat(text(south, "/v1/transactions/" + gtrid)).contains("\"state\":\"ACTIVE\"");
        assertThat(post(south, "/v1/transactions/" + gtrid + "/rollback", "{}").body())
                .contains("\"decision\":\"ABORT\"");
    }

    @Test
    void whoSpeaksNoTlsGetsNoAnswer() throws Exception {
        URI north = start("north");
        URI plain = URI.create("http://localhost:" + north.getPort());

        assertThatThrownBy(() -> text(plain, "/v1/info")).isInstanceOf(IOException.class);
        assertThat(text(north, "/v1/info")).contains("\"version\"");
    }

    private URI start(String id) throws Exception {
        int port = TestPorts.free();
        List<String> options = new ArrayList<>(StartCache.options());
        options.add("-Djavax.net.ssl.trustStore=" + keys.file());
        options.add("-Djavax.net.ssl.trustStorePassword=" + TestKeys.PASSWORD);
        ProcessBuilder builder = CoordinatorProgram.with(options).redirectErrorStream(true);
        builder.redirectOutput(folder.resolve(id + ".log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "ASSENT_REPLICA_ID",
                        id,
                        "ASSENT_DATABASE_URL",
                        log.url(),
                        "ASSENT_DATABASE_USER",
                        log.user(),
                        "ASSENT_DATABASE_PASSWORD",
                        log.password(),
                        "ASSENT_ALLOWED_ORIGINS",
                        "loopback",
                        "MICRONAUT_SERVER_SSL_ENABLED",
                        "true",
                        "MICRONAUT_SERVER_SSL_PORT",
                        Integer.toString(port),
                        "MICRONAUT_SERVER_SSL_KEY_STORE_PATH",
                        "file:" + keys.file(),
                        "MICRONAUT_SERVER_SSL_KEY_STORE_TYPE",
                        "PKCS12",
                        "MICRONAUT_SERVER_SSL_KEY_STORE_PASSWORD",
                        TestKeys.PASSWORD));
        // The first TLS handshake of a process loads much, on a busy machine for seconds.
        builder.environment().put("ASSENT_FORWARDING_CONNECT_TIMEOUT", "20s");
        builder.environment().put("ASSENT_FORWARDING_PROBE_TIMEOUT", "20s");
        processes.add(builder.start());
        URI url = URI.create("https://localhost:" + port);
        TransferLoad.await(id + " is ready", () -> answers(url));
        return url;
    }

    private boolean answers(URI replica) {
        try {
            return send(HttpRequest.newBuilder(replica.resolve("/health/readiness")))
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String text(URI replica, String path) throws IOException {
        return send(HttpRequest.newBuilder(replica.resolve(path))).body();
    }

    private HttpResponse<String> post(URI replica, String path, String body) throws IOException {
        return send(HttpRequest.newBuilder(replica.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.timeout(ANSWERS_WITHIN).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
