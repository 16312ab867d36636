package io.assent.coordinator.adapter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.assent.coordinator.testing.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;

/** A replica that says that it holds every transaction, and keeps what is passed on to it. */
final class HolderStandIn implements AutoCloseable {

    private final HttpServer server;
    private final TestPostgres.Database database;
    volatile Headers headers = new Headers();
    volatile byte[] body = {};
    volatile boolean breaksOff;
    volatile boolean silent;

    HolderStandIn(TestPostgres.Database database) throws Exception {
        this.database = database;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/ring/held", exchange -> reply(exchange, 200, "{\"held\":true}"));
        server.createContext("/v1/transactions", this::passedOn);
        server.start();
        database.execute("INSERT INTO replica VALUES ('holder', '" + UUID.randomUUID() + "', 'http://127.0.0.1:"
                + server.getAddress().getPort() + "', 1, clock_timestamp() + interval '4900 milliseconds')");
    }

    private void passedOn(HttpExchange exchange) throws IOException {
        headers = exchange.getRequestHeaders();
        body = exchange.getRequestBody().readAllBytes();
        if (silent) {
            return; // the connection stays open
        }
        if (breaksOff) {
            exchange.close();
        } else {
            reply(exchange, 418, "{\"said\":\"by the holder\"}");
        }
    }

    private static void reply(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() throws SQLException {
        server.stop(0);
        database.execute("DELETE FROM replica WHERE id = 'holder'");
    }
}
