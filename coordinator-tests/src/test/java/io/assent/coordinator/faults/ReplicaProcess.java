package io.assent.coordinator.faults;

import io.assent.api.JsonObject;
import io.assent.coordinator.testing.TestPorts;
import io.assent.coordinator.testing.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A coordinator replica as a process of its own, which can be paused, killed and stopped. */
final class ReplicaProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

    private final String id;
    private final int port;
    private final List<String> options;
    private final Map<String, String> environment;
    private volatile String said = "";
    private @Nullable Process process;

    private ReplicaProcess(String id, int port, List<String> options, Map<String, String> environment) {
        this.id = id;
        this.port = port;
        this.options = options;
        this.environment = environment;
    }

    /**
     * One that is not started yet.
     *
     * @param databaseUrl where its log is
     * @param options of its Java machine
     * @param settings over those that a test needs
     */
    static ReplicaProcess prepare(
            String id,
            TestPostgres.Database database,
            String databaseUrl,
            List<String> options,
            Map<String, String> settings)
            throws Exception {
        int port = TestPorts.free();
        Map<String, String> environment = new HashMap<>(Map.of(
                "ASSENT_PORT",
                Integer.toString(port),
                "ASSENT_URL",
                "http://127.0.0.1:" + port,
                "ASSENT_REPLICA_ID",
                id,
                "ASSENT_DATABASE_URL",
                databaseUrl,
                "ASSENT_DATABASE_USER",
                database.user(),
                "ASSENT_DATABASE_PASSWORD",
                database.password(),
                "ASSENT_ALLOWED_ORIGINS",
                "loopback,http://bank.test:*",
                "ASSENT_MEMBERSHIP_RENEW_INTERVAL",
                "200ms",
                "ASSENT_MEMBERSHIP_GONE_AFTER",
                "2s",
                "ASSENT_RECOVERY_INTERVAL",
                "1s"));
        environment.putAll(settings);
        return new ReplicaProcess(id, port, options, environment);
    }

    /** Starts the same replica once more; waits until it serves. */
    void startAgain() throws Exception {
        launch();
        awaitServing();
    }

    /** Waits until it may be sent work and takes its share. */
    void awaitServing() throws Exception {
        TransferLoad.await(id + " is ready", () -> status("/health/readiness") == 200);
        TransferLoad.await(id + " is in its ring", () -> members().contains(id));
    }

    /** Starts it and waits for nothing. */
    Process launch() throws IOException {
        ProcessBuilder builder = CoordinatorProgram.with(options).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        Thread.ofVirtual().start(() -> passOn(started));
        return started;
    }

    private void passOn(Process started) {
        try (BufferedReader out = started.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("assent: ")) {
                    said = line;
                } else if (line.contains("level=ERROR")) {
                    System.out.println(id + ": " + line);
                }
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    /** What it said when it could not start. */
    String said() {
        return said;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String id() {
        return id;
    }

    /** The ids of those that take work, as this replica knows; empty if it does not say. */
    List<String> members() {
        try {
            HttpResponse<byte[]> ring = get("/v1/ring");
            return ring.statusCode() == 200
                    ? JsonObject.parse(ring.body()).objects("members").stream()
                            .map(m -> m.string("replica"))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    String text(String path) throws IOException {
        return new String(get(path).body(), StandardCharsets.UTF_8);
    }

    private int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private HttpResponse<byte[]> get(String path) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                    .timeout(ANSWERS_WITHIN)
                    .build();
            return HTTP.send(request, BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    void kill() throws Exception {
        signal("KILL");
        awaitEnd(ENDS_WITHIN);
    }

    /** Ends it in good order. */
    void terminate() throws Exception {
        terminate(ENDS_WITHIN);
    }

    void terminate(Duration within) throws Exception {
        signal("TERM");
        awaitEnd(within);
    }

    private void signal(String name) throws Exception {
        if (process != null) {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    private void awaitEnd(Duration within) throws InterruptedException {
        if (process != null && !process.waitFor(within.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(id + " has not ended within " + within.toSeconds() + " s");
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
