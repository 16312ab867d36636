package io.assent.coordinator.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL for tests, one for the whole run: the server that ASSENT_TEST_DATABASE_URL names, else a container
 * where Docker answers, else the embedded binaries. Each caller gets a database of its own.
 */
public final class TestPostgres {

    private static final Logger LOG = LoggerFactory.getLogger(TestPostgres.class);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    /** Where the shared server comes from. */
    enum Kind {
        GIVEN,
        CONTAINER,
        EMBEDDED
    }

    static Kind kind() {
        if (System.getenv("ASSENT_TEST_DATABASE_URL") != null) {
            return Kind.GIVEN;
        }
        return Shared.DOCKER ? Kind.CONTAINER : Kind.EMBEDDED;
    }

    /** Where a database is. */
    public record Database(String url, String user, String password) {
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(url, user, password);
        }

        public void execute(String sql) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        public long number(String sql) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                result.next();
                return result.getLong(1);
            }
        }

        public String text(String sql) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                result.next();
                return String.valueOf(result.getString(1));
            }
        }
    }

    /** A fresh database on the shared server. */
    public static Database database() throws SQLException {
        Database server = Shared.SERVER;
        String name = "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        server.execute("CREATE DATABASE " + name);
        return new Database(
                server.url().replaceAll("/[^/?]*(\\?|$)", "/" + name + "$1"), server.user(), server.password());
    }

    private static final class Shared {
        private static final boolean DOCKER = DockerClientFactory.instance().isDockerAvailable();
        private static final Database SERVER = start();

        private static Database start() {
            return switch (kind()) {
                case GIVEN -> given(System.getenv());
                case CONTAINER -> container();
                case EMBEDDED -> embedded(Map.of());
            };
        }
    }

    private static Database given(Map<String, String> environment) {
        String url = environment.getOrDefault("ASSENT_TEST_DATABASE_URL", "");
        LOG.info("tests use the server that is given url={}", url);
        return new Database(
                url,
                environment.getOrDefault("ASSENT_TEST_DATABASE_USER", "postgres"),
                environment.getOrDefault("ASSENT_TEST_DATABASE_PASSWORD", ""));
    }

    @SuppressWarnings("resource") // lives as long as the test run; Testcontainers removes it
    private static Database container() {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:18")
                .withCommand("postgres", "-c", "max_prepared_transactions=64", "-c", "fsync=on");
        container.start();
        LOG.info("tests use a container url={}", container.getJdbcUrl());
        return new Database(container.getJdbcUrl(), container.getUsername(), container.getPassword());
    }

    private static Database embedded(Map<String, String> settings) {
        try {
            // Its data are where the library puts and removes them: nobody here sees the end of the run.
            Database server = Embedded.database(
                    Embedded.builder(settings).setPort(0).start().getPort());
            LOG.info("no Docker here: tests use embedded binaries url={}", server.url());
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server of the test's own, that can be stopped and started again with its data. */
    public static final class Embedded implements AutoCloseable {
        private static final Duration KILL_POLL = Duration.ofMillis(2);
        private static final Duration START_PATIENCE = Duration.ofSeconds(60);

        private final Map<String, String> settings;
        private final Path data;
        private final int port;
        private EmbeddedPostgres server;

        private Embedded(Map<String, String> settings, Path data, EmbeddedPostgres server) {
            this.settings = settings;
            this.data = data;
            this.server = server;
            this.port = server.getPort();
        }

        /** With settings that differ from durable ones with prepared transactions. */
        public static Embedded start(Map<String, String> settings) {
            try {
                Path data = Files.createTempDirectory("assent-test-postgres");
                return new Embedded(settings, data, open(settings, data, TestPorts.free()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** On data that another server's were copied to. */
        static Embedded over(Path data, Map<String, String> settings) throws IOException {
            return new Embedded(settings, data, open(settings, data, TestPorts.free()));
        }

        public Database database() {
            return database(port);
        }

        private static Database database(int port) {
            return new Database("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "");
        }

        int port() {
            return port;
        }

        Path data() {
            return data;
        }

        /** SIGKILL to the postmaster; its backends notice and end by themselves. */
        public void kill() throws IOException {
            long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid"))
                    .getFirst()
                    .strip());
            ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
            List<ProcessHandle> processes =
                    Stream.concat(Stream.of(postmaster), postmaster.children()).toList();
            postmaster.destroyForcibly();
            // Not onExit: of a process that is not our child it looks only now and then.
            while (processes.stream().anyMatch(ProcessHandle::isAlive)) {
                LockSupport.parkNanos(KILL_POLL.toNanos());
            }
        }

        /** Stops the server, leaving its data. */
        public void stop() throws IOException {
            server.close();
        }

        /** Starts it again on the same port with the same data. */
        public void startAgain() throws IOException {
            server.close(); // a killed one still locks its data
            server = open(settings, data, port);
        }

        /** Stops the server, if it runs, and removes its data. */
        @Override
        public void close() throws IOException {
            server.close();
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        private static EmbeddedPostgres open(Map<String, String> settings, Path data, int port) throws IOException {
            return builder(settings)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start();
        }

        private static EmbeddedPostgres.Builder builder(Map<String, String> settings) {
            Map<String, String> all = new TreeMap<>(Map.of(
                    "fsync", "on",
                    "full_page_writes", "on",
                    "synchronous_commit", "on",
                    "max_prepared_transactions", "64"));
            all.putAll(settings);
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPGStartupWait(START_PATIENCE);
            all.forEach(builder::setServerConfig);
            return builder;
        }
    }
}
