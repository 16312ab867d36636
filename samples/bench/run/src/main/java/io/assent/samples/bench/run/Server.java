package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One PostgreSQL server of the benchmark: durable, or it is not used. */
final class Server implements AutoCloseable {

    /**
     * No checkpoint falls into a measured run: there is one before each. Everything else is as PostgreSQL has it, but for room
     * for connections and prepared transactions.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "max_connections", "400",
            "max_prepared_transactions", "2000",
            "checkpoint_timeout", "1h",
            "max_wal_size", "16GB",
            "autovacuum_naptime", "10s");

    /** What has to be on for a commit to be one. */
    private static final List<String> MUST_BE_ON = List.of("fsync", "synchronous_commit", "full_page_writes");

    private final String name;
    private final Postgres postgres;
    private final long pid;
    private final Connection connection;

    private Server(String name, Postgres postgres, long pid, Connection connection) {
        this.name = name;
        this.postgres = postgres;
        this.pid = pid;
        this.connection = connection;
    }

    static Server start(String name, Path folder, Path log, String password) {
        Postgres postgres = Postgres.start(folder, log, password, SETTINGS);
        try {
            long pid = postgres.postmaster()
                    .map(ProcessHandle::pid)
                    .orElseThrow(() -> new DemoException("it runs no more; its log: " + log));
            Connection connection = DriverManager.getConnection(postgres.url(), Postgres.USER, password);
            Server server = new Server(name, postgres, pid, connection);
            server.demandDurability();
            return server;
        } catch (SQLException | RuntimeException e) {
            postgres.close();
            throw new DemoException("PostgreSQL of " + name + ": " + e.getMessage());
        }
    }

    String name() {
        return name;
    }

    /** A database of this server as a JDBC URL. */
    String url(String database) {
        return postgres.url().substring(0, postgres.url().lastIndexOf('/') + 1) + database;
    }

    /** Of the server and all processes it started so far. */
    long processorMillis() {
        return ProcessTimes.millisOfTree(pid);
    }

    /** What the log has grown to since the server was made, and how often it was flushed to the disk. */
    record LogUse(long bytes, long flushes) {}

    LogUse logUse() {
        return row("""
                SELECT (pg_current_wal_lsn() - '0/0')::bigint,
                       (SELECT coalesce(sum(fsyncs), 0)::bigint FROM pg_stat_io WHERE object = 'wal')
                """, row -> new LogUse(row.getLong(1), row.getLong(2)));
    }

    String version() {
        return row("SHOW server_version", row -> row.getString(1));
    }

    void create(String database) {
        execute("CREATE DATABASE " + database);
    }

    void drop(String database) {
        execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }

    void checkpoint() {
        execute("CHECKPOINT");
    }

    /**
     * Cleans up what was written before, in all databases, and then makes a checkpoint: else the server's own cleaning would
     * write every page of it whole into the log of the next run.
     */
    void tidy() {
        for (String database : databases()) {
            try (Connection there = connect(database);
                    Statement statement = there.createStatement()) {
                statement.execute("VACUUM");
            } catch (SQLException e) {
                throw new DemoException("PostgreSQL of " + name + " says: " + e.getMessage());
            }
        }
        checkpoint();
    }

    private synchronized List<String> databases() {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT datname FROM pg_database WHERE datallowconn")) {
            List<String> databases = new ArrayList<>();
            while (result.next()) {
                databases.add(result.getString(1));
            }
            return databases;
        } catch (SQLException e) {
            throw new DemoException("PostgreSQL of " + name + " says: " + e.getMessage());
        }
    }

    /** Prepared transactions of a database. */
    long prepared(String database) {
        return row("SELECT count(*) FROM pg_prepared_xacts WHERE database = '" + database + "'", row -> row.getLong(1));
    }

    /** A connection to one of its databases; to be closed. */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), Postgres.USER, postgres.password());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // Ending the server ends the connection.
        }
        postgres.close();
    }

    private void demandDurability() {
        List<String> off = new ArrayList<>();
        for (String setting : MUST_BE_ON) {
            if (!"on".equals(row("SHOW " + setting, row -> row.getString(1)))) {
                off.add(setting);
            }
        }
        if (!off.isEmpty()) {
            throw new DemoException(String.join(", ", off)
                    + " is off: what is measured without it is no commit. Remove it from the server's configuration.");
        }
    }

    private interface Read<T> {
        T from(ResultSet row) throws SQLException;
    }

    private synchronized <T> T row(String sql, Read<T> read) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return read.from(result);
        } catch (SQLException e) {
            throw new DemoException("PostgreSQL of " + name + " says: " + e.getMessage());
        }
    }

    private synchronized void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new DemoException("PostgreSQL of " + name + " says: " + e.getMessage());
        }
    }
}
