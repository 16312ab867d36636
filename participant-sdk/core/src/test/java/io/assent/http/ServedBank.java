package io.assent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import io.assent.participant.SweepSettings;
import io.assent.postgres.PostgresParticipant;
import io.assent.postgres.PostgresSettings;
import io.assent.postgres.ScriptedCoordinator;
import io.assent.postgres.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A bank on the JDK's HTTP server: business under /deposit and others, instructions under /assent. */
final class ServedBank implements AutoCloseable {

    private final TestDatabase database;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final PostgresParticipant participant;
    private final HttpClient client = HttpClient.newHttpClient();

    ServedBank() throws IOException, SQLException {
        database = TestDatabase.create();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ParticipantUrl url =
                new ParticipantUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/assent");
        PostgresSettings settings =
                PostgresSettings.of("bank", url).withSweep(SweepSettings.DEFAULT.withFirstAfter(Duration.ofHours(1)));
        participant = PostgresParticipant.start(database.dataSource(), settings, new ScriptedCoordinator());
        server.createContext("/assent", new InstructionEndpoint(participant.instructions()));
        server.setExecutor(executor);
        server.start();
    }

    /** Serves a path inside the filter. */
    void serve(String path, HttpHandler handler) {
        server.createContext(path, handler).getFilters().add(new TransactionFilter());
    }

    void deposit() throws SQLException {
        participant.run(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("UPDATE account SET balance = balance + 10 WHERE id = 1");
            }
        });
    }

    static void reply(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    TestDatabase database() {
        return database;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    HttpResponse<String> get(String path, String... contexts) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        for (String context : contexts) {
            request.header(TransactionContext.HEADER, context);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<byte[]> instruct(String method, byte[] body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri("/assent"))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws SQLException {
        server.stop(0);
        executor.shutdownNow();
        participant.close();
        database.close();
    }
}
