package io.assent.samples.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One real PostgreSQL server of its own, on the loopback interface, durable as in production, with a password. */
public final class Postgres implements AutoCloseable {

    public static final String USER = "postgres";

    private static final String DATABASE = "postgres";
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    /** On a slow disk the last checkpoint takes its time. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    private static final int PREPARED_TRANSACTIONS_MAX = 200;
    private static final int VALID_SECONDS_MAX = 5;

    private final EmbeddedPostgres server;
    private final Path data;
    private final String password;
    private @Nullable Connection observing;

    private Postgres(EmbeddedPostgres server, Path data, String password) {
        this.server = server;
        this.data = data;
        this.password = password;
    }

    /**
     * Starts a server on the data in the directory; makes them first if there are none.
     *
     * @param log where the server's own log goes
     */
    public static Postgres start(Path data, Path log, String password) {
        return start(data, log, password, Map.of());
    }

    /**
     * As {@link #start(Path, Path, String)}.
     *
     * @param settings of the server, beside those that durability needs
     */
    public static Postgres start(Path data, Path log, String password, Map<String, String> settings) {
        boolean fresh = !Files.exists(data.resolve("PG_VERSION"));
        try {
            Files.createDirectories(data.toAbsolutePath().getParent());
            EmbeddedPostgres server = builder(data, log, settings)
                    .setConnectConfig("password", password)
                    .start();
            Postgres postgres = new Postgres(server, data, password);
            if (fresh) {
                postgres.demandPassword();
            }
            return postgres;
        } catch (IOException | IllegalStateException | SQLException e) {
            throw new DemoException("PostgreSQL does not start (" + e.getMessage() + "); its log: " + log);
        }
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + DATABASE;
    }

    public String password() {
        return password;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, password);
    }

    private Connection observing() throws SQLException {
        Connection open = observing;
        // A server that was restarted meanwhile knows nothing of it.
        if (open == null || !open.isValid(VALID_SECONDS_MAX)) {
            open = connect();
            observing = open;
        }
        return open;
    }

    /** Reads one row. */
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** One at a time, on a connection that stays open: this is asked often while others work. */
    public synchronized <T> List<T> query(String sql, Row<T> reader) {
        try (Statement statement = observing().createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        } catch (SQLException e) {
            throw new DemoException("the database says: " + e.getMessage());
        }
    }

    /** Its first process, if it runs. */
    public Optional<ProcessHandle> postmaster() {
        return postmaster(data);
    }

    /** The first process of a server on these data, if one runs, be it just starting. */
    public static Optional<ProcessHandle> postmaster(Path data) {
        try (Stream<String> lines = Files.lines(data.resolve("postmaster.pid"))) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(pid -> pid.matches("[0-9]{1,18}"))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                    // One that was killed has left the file, and the number may be another's by now.
                    .filter(process -> process.info().command().orElse("").endsWith("postgres"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when it has ended: whoever removes its data must not be written to. */
    @Override
    public void close() {
        Optional<ProcessHandle> running = postmaster();
        try {
            server.close(); // asks it to, and waits for five seconds
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        running.filter(process -> !hasEnded(process, STOP_PATIENCE)).ifPresent(process -> {
            process.destroyForcibly();
            hasEnded(process, KILL_PATIENCE);
        });
    }

    /** One that nobody has waited for has no command any more, but counts as alive. */
    private static boolean hasEnded(ProcessHandle process, Duration patience) {
        return Pause.until(() -> !process.isAlive() || process.info().command().isEmpty(), patience);
    }

    private static EmbeddedPostgres.Builder builder(Path data, Path log, Map<String, String> settings) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(Ports.free())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_PATIENCE)
                .setOutputRedirector(Redirect.appendTo(log.toFile()))
                .setErrorRedirector(Redirect.appendTo(log.toFile()))
                .setServerConfig("listen_addresses", "127.0.0.1")
                // The builder turns both off for tests; here they are the point.
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .setServerConfig("max_prepared_transactions", Integer.toString(PREPARED_TRANSACTIONS_MAX));
        settings.forEach(builder::setServerConfig);
        return builder;
    }

    /** A new cluster trusts everybody on this machine: from now on it asks for the password. */
    private void demandPassword() throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + USER + " PASSWORD '" + password + "'");
            Files.write(data.resolve("pg_hba.conf"), List.of("host all all 127.0.0.1/32 scram-sha-256"));
            statement.execute("SELECT pg_reload_conf()");
        }
    }
}
