package io.assent.coordinator.adapter.postgres;

import io.assent.samples.demo.Postgres;
import io.assent.samples.demo.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A PostgreSQL server with an empty log, for {@link LogWays}. With {@code fsync} off, which is not for anything but this, a
 * statement takes what driver and server work on it; the disk would hide that.
 */
@State(Scope.Benchmark)
public class LogServer {

    private static final String MIGRATIONS = "/db/migration/";
    private static final List<String> FILES = List.of("V1__decision_log.sql", "V2__replicas.sql", "V3__log_place.sql");

    @Param("off")
    public String fsync = "off";

    private @Nullable Path folder;
    private @Nullable Postgres server;

    @Setup(Level.Trial)
    public void start() throws IOException, SQLException {
        Path made = Files.createTempDirectory("assent-log-ways");
        folder = made;
        server = Postgres.start(
                made.resolve("data"),
                made.resolve("postgres.log"),
                Secrets.password(),
                Map.of("fsync", fsync, "checkpoint_timeout", "1h", "max_wal_size", "16GB"));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String file : FILES) {
                statement.execute(text(file));
            }
        }
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (folder != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * A connection of the driver as the log has it.
     *
     * @param more properties of the driver, name and value in turn
     */
    Connection connect(String... more) throws SQLException {
        Postgres running = Objects.requireNonNull(server);
        Properties properties = new Properties();
        properties.setProperty("user", Postgres.USER);
        properties.setProperty("password", running.password());
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(running.url(), properties);
    }

    /** Bytes of the server's own log since it was made. */
    static long written(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String text(String file) throws IOException {
        try (InputStream migration =
                Objects.requireNonNull(LogServer.class.getResourceAsStream(MIGRATIONS + file), file)) {
            return new String(migration.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
