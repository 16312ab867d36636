package io.assent.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A Micronaut service with the SDK, its database and a coordinator, all real but for the last. */
final class Service implements AutoCloseable {

    final EmbeddedPostgres postgres;
    final StandInCoordinator coordinator;

    /** Takes connections, by its backlog, and says nothing. The client of this name waits half a second for it. */
    final ServerSocket mute;

    final EmbeddedServer server;
    final String url;

    private Service(
            EmbeddedPostgres postgres,
            StandInCoordinator coordinator,
            ServerSocket mute,
            int port,
            Map<String, Object> settings) {
        this.postgres = postgres;
        this.coordinator = coordinator;
        this.mute = mute;
        this.url = "http://127.0.0.1:" + port;
        this.server = ApplicationContext.run(EmbeddedServer.class, settings);
    }

    static Service start() throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .setServerConfig("max_prepared_transactions", "64")
                .start();
        StandInCoordinator coordinator = new StandInCoordinator();
        int port = freePort();
        Map<String, Object> settings = new HashMap<>();
        settings.put("micronaut.server.port", port);
        settings.put("micronaut.server.host", "127.0.0.1");
        settings.put("notes.url", "http://127.0.0.1:" + port);
        settings.put("datasources.default.url", postgres.getJdbcUrl("postgres", "postgres"));
        settings.put("datasources.default.username", "postgres");
        settings.put("datasources.default.maximum-pool-size", 8);
        settings.put("assent.coordinators", coordinator.url());
        settings.put("assent.participant.service", "notes");
        settings.put("assent.participant.url", "http://127.0.0.1:" + port + "/assent");
        settings.put("assent.participant.lock-timeout", "500ms");
        settings.put("assent.participant.sweep-first-after", "100ms");
        settings.put("assent.participant.sweep-interval", "200ms");
        ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        settings.put("micronaut.http.services.mute.url", "http://127.0.0.1:" + mute.getLocalPort());
        settings.put("micronaut.http.services.mute.read-timeout", "500ms");
        return new Service(postgres, coordinator, mute, port, settings);
    }

    <T> T bean(Class<T> type) {
        return server.getApplicationContext().getBean(type);
    }

    long preparedCount() throws SQLException {
        return count("SELECT count(*) FROM pg_prepared_xacts");
    }

    /** As everybody else sees it, not through the service. */
    long committed(String text) throws SQLException {
        return count("SELECT count(*) FROM note WHERE text = '" + text + "'");
    }

    private long count(String query) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Waits until something holds, at most 20 s. */
    static void eventually(Condition condition) throws Exception {
        Instant giveUpAt = Instant.now().plusSeconds(20);
        while (!condition.holds()) {
            if (Instant.now().isAfter(giveUpAt)) {
                throw new AssertionError("did not come about in 20 s");
            }
            Thread.onSpinWait();
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        server.stop();
        coordinator.close();
        mute.close();
        postgres.close();
    }
}
