package io.assent.coordinator.testing;

import io.assent.coordinator.testing.TestPostgres.Database;
import io.assent.coordinator.testing.TestPostgres.Embedded;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A primary and a standby that follows it by streaming replication; both are real, and the test's own. */
public final class TestReplication implements AutoCloseable {

    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final String STANDBY_NAME = "standby";
    private static final Map<String, String> SETTINGS =
            Map.of("wal_receiver_status_interval", "1s", "wal_retrieve_retry_interval", "200ms");
    /** What a copy must not have: the other's process, and its WAL, which is streamed instead. */
    private static final Set<String> NOT_COPIED = Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

    private final Embedded primary;
    private final Embedded standby;
    private @Nullable Embedded successor;

    private TestReplication(Embedded primary, Embedded standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /** Replication is asynchronous until {@link #waitForStandby}. */
    public static TestReplication start() throws SQLException, IOException {
        Embedded primary = Embedded.start(SETTINGS);
        return new TestReplication(primary, following(primary));
    }

    private static Embedded following(Embedded primary) throws SQLException, IOException {
        Path copy = Files.createTempDirectory("assent-test-standby");
        backUp(primary, copy);
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(copy.resolve("postgresql.auto.conf"), "primary_conninfo = '" + connectionTo(primary) + "'\n");
        Embedded standby = Embedded.over(copy, SETTINGS);
        await(primary, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", 1);
        return standby;
    }

    public Database primary() {
        return primary.database();
    }

    public Database standby() {
        return standby.database();
    }

    /** Whichever of both is the primary, as a coordinator is told. */
    public Database either() {
        return at(primary.port(), standby.port());
    }

    /** As a URL names hosts of which some do not answer. */
    public static Database at(int... ports) {
        String hosts = String.join(
                ",",
                java.util.Arrays.stream(ports).mapToObj(p -> "localhost:" + p).toList());
        return new Database("jdbc:postgresql://" + hosts + "/postgres?targetServerType=primary", "postgres", "");
    }

    public int primaryPort() {
        return primary.port();
    }

    public int standbyPort() {
        return standby.port();
    }

    /** From now on the primary's commits wait for the standby. */
    public void waitForStandby() throws SQLException {
        setSynchronousStandbys(primary, "ANY 1 (" + STANDBY_NAME + ")");
        // A fail-over finds the same setting on the promoted one, as where both are set up from one template.
        setSynchronousStandbys(standby, "ANY 1 (" + STANDBY_NAME + ")");
        await(primary, "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')", 1);
    }

    /** From now on they do not. */
    public void stopWaiting() throws SQLException {
        setSynchronousStandbys(primary, "");
        await(primary, "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')", 0);
    }

    /** What an operator does on a promoted server that has no standby of its own yet. */
    public void stopWaitingOnPromoted() throws SQLException {
        setSynchronousStandbys(standby, "");
    }

    /** Ends the standby's stream: what the primary commits from now on does not reach it. */
    public void cutOff() throws SQLException {
        set(standby, "primary_conninfo", "");
        await(primary, "SELECT count(*) FROM pg_stat_replication", 0);
    }

    public void joinAgain() throws SQLException {
        set(standby, "primary_conninfo", connectionTo(primary));
        await(primary, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", 1);
    }

    public void killPrimary() throws IOException {
        primary.kill();
    }

    /** The old primary, as it was. */
    public void startPrimaryAgain() throws IOException {
        primary.startAgain();
    }

    public void promoteStandby() throws SQLException {
        standby.database().execute("SELECT pg_promote()");
        await(standby, "SELECT pg_is_in_recovery()::int", 0);
    }

    /** What an operator does instead to have what there was before. */
    public void addStandbyToPromoted() throws SQLException, IOException {
        successor = following(standby);
    }

    @Override
    public void close() throws IOException {
        if (successor != null) {
            successor.close();
        }
        standby.close();
        primary.close();
    }

    private static String connectionTo(Embedded server) {
        return "host=localhost port=" + server.port() + " user=postgres application_name=" + STANDBY_NAME;
    }

    private static void setSynchronousStandbys(Embedded server, String standbys) throws SQLException {
        set(server, "synchronous_standby_names", standbys);
    }

    private static void set(Embedded server, String setting, String value) throws SQLException {
        server.database().execute("ALTER SYSTEM SET " + setting + " = '" + value + "'");
        server.database().execute("SELECT pg_reload_conf()");
    }

    private static void backUp(Embedded from, Path to) throws SQLException, IOException {
        try (Connection connection = from.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('standby', true)");
            copy(from.data(), to);
            try (ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(to.resolve("backup_label"), label.getString(1));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(from)) {
                    Path made = Files.createDirectory(to.resolve(from.relativize(folder)));
                    Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(folder));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path name = from.relativize(file);
                if (!name.startsWith("pg_wal") && !NOT_COPIED.contains(name.toString())) {
                    Files.copy(file, to.resolve(name));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void await(Embedded server, String sql, long number) throws SQLException {
        long giveUpAt = System.nanoTime() + WITHIN.toNanos();
        while (server.database().number(sql) != number) {
            if (System.nanoTime() - giveUpAt > 0) {
                throw new IllegalStateException("waited for " + number + " = " + sql);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
