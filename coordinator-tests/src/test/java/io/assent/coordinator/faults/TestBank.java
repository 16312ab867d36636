package io.assent.coordinator.faults;

import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.assent.api.ParticipantUrl;
import io.assent.client.InquiryGateway;
import io.assent.coordinator.testing.TestPostgres;
import io.assent.http.InstructionEndpoint;
import io.assent.http.TransactionFilter;
import io.assent.participant.SweepSettings;
import io.assent.postgres.PostgresParticipant;
import io.assent.postgres.PostgresSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A bank with one account, as a service with the SDK: {@code POST /move?amount=…} changes its balance in a branch. */
public final class TestBank implements AutoCloseable {

    private final String name;
    private final TestPostgres.Database database;
    private final InquiryGateway coordinator;
    private final String host;
    private int port;
    private @Nullable HttpServer server;
    private @Nullable PostgresParticipant participant;
    private @Nullable HikariDataSource pool;

    public TestBank(String name, TestPostgres.Database database, InquiryGateway coordinator) throws Exception {
        this(name, database, coordinator, "localhost");
    }

    /** @param host by which coordinators know it */
    TestBank(String name, TestPostgres.Database database, InquiryGateway coordinator, String host) throws Exception {
        this.name = name;
        this.host = host;
        this.database = database;
        this.coordinator = coordinator;
        database.execute("CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL)");
        database.execute("INSERT INTO account SELECT i, 1000 FROM generate_series(0, 99) AS i");
        start();
    }

    /** Starts it, on the same port as before. */
    void start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        port = http.getAddress().getPort();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(12);
        config.setConnectionTimeout(1000);
        HikariDataSource connections = new HikariDataSource(config);
        PostgresSettings settings = PostgresSettings.of(
                        name, new ParticipantUrl("http://" + host + ":" + port + "/assent"))
                .withSweep(SweepSettings.DEFAULT
                        .withFirstAfter(Duration.ofMillis(100))
                        .withInterval(Duration.ofMillis(200)));
        PostgresParticipant work = PostgresParticipant.start(connections, settings, coordinator);
        http.createContext("/assent", new InstructionEndpoint(work.instructions()));
        http.createContext("/move", exchange -> {
                    try (exchange) {
                        String[] what = exchange.getRequestURI().getQuery().split(",", -1);
                        work.run(connection -> {
                            try (var update = connection.prepareStatement(
                                    "UPDATE account SET balance = balance + ? WHERE id = ?")) {
                                update.setLong(1, Long.parseLong(what[1]));
                                update.setInt(2, Integer.parseInt(what[0]));
                                update.executeUpdate();
                            }
                        });
                        exchange.sendResponseHeaders(204, -1);
                    } catch (SQLException e) {
                        exchange.sendResponseHeaders(409, -1);
                    }
                })
                .getFilters()
                .add(new TransactionFilter());
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.start();
        server = http;
        participant = work;
        pool = connections;
    }

    /** Ends it; what it had prepared stays prepared. */
    void stop() {
        if (server != null && participant != null && pool != null) {
            server.stop(0);
            participant.close();
            pool.close();
        }
        server = null;
    }

    String url() {
        return "http://localhost:" + port;
    }

    public URI move(int account, long amount) {
        return URI.create(url() + "/move?" + account + "," + amount);
    }

    public long money() throws SQLException {
        return database.number("SELECT sum(balance) FROM account");
    }

    public long prepared() throws SQLException {
        return database.number("SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()");
    }

    /** Ends every prepared branch against whatever will be decided, as an operator might. */
    void rollBackByHand() throws Exception {
        try (var connection = database.connect();
                var list = connection.createStatement();
                var gids = list.executeQuery("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            while (gids.next()) {
                database.execute("ROLLBACK PREPARED '" + gids.getString(1) + "'");
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
