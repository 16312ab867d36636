package io.assent.coordinator;

import io.assent.api.JsonObject;
import io.assent.coordinator.testing.TestPostgres;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** A whole coordinator in this process, and a plain HTTP client for it. */
public final class TestCoordinator implements AutoCloseable {

    private static final Duration REPLY_WITHIN = Duration.ofSeconds(30);

    private final EmbeddedServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    /** A reply as it came. */
    public record Reply(int status, HttpHeaders headers, String text) {

        public JsonObject json() {
            return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8));
        }

        public String code() {
            return json().string("code");
        }

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    private TestCoordinator(EmbeddedServer server) {
        this.server = server;
    }

    /** @param settings names and values in turn, over those that a test needs */
    public static TestCoordinator start(String... settings) {
        return startOn(freshDatabase(), settings);
    }

    /** As {@link #start}, with a log that may have been written before. */
    public static TestCoordinator startOn(TestPostgres.Database database, String... settings) {
        return startAt(InstantSource.system(), database, settings);
    }

    /** As {@link #startOn}, with a clock that may be wrong. */
    public static TestCoordinator startAt(InstantSource wallClock, TestPostgres.Database database, String... settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "assent.database.url", database.url(),
                "assent.database.user", database.user(),
                "assent.database.password", database.password(),
                "micronaut.server.port", "-1",
                "assent.allowed-origins", "loopback",
                "assent.gateway.back-off-max", "200ms",
                "assent.gateway.request-timeout", "500ms",
                "assent.recovery.interval", "200ms"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new TestCoordinator(ApplicationContext.builder()
                .properties(all)
                .singletons(wallClock)
                .deduceEnvironment(false)
                .banner(false)
                .run(EmbeddedServer.class));
    }

    private static TestPostgres.Database freshDatabase() {
        try {
            return TestPostgres.database();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public ApplicationContext context() {
        return server.getApplicationContext();
    }

    /** What a shutdown begins with. */
    public void drain() {
        context().getBean(Coordinator.class).drain();
    }

    public URI url() {
        return server.getURI();
    }

    public Reply get(String path) {
        return send(request(path).GET());
    }

    public Reply post(String path, String json, String... headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).timeout(REPLY_WITHIN);
    }

    public Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop();
        client.close();
    }
}
