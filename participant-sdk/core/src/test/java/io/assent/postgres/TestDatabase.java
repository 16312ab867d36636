package io.assent.postgres;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A database on a real server, with two accounts of 100 each in it. One that is closed is cleared and used again, for
 * creating and flushing one for each test would take longer than all of the tests.
 */
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Deque<String> CLEARED = new ConcurrentLinkedDeque<>();

    private final String name;
    private final EmbeddedPostgres server;
    private final ReusingPool pool;

    private TestDatabase(EmbeddedPostgres server, String name) {
        this.server = server;
        this.name = name;
        this.pool = new ReusingPool(server.getJdbcUrl("postgres", name));
    }

    private static final class Shared {
        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return durable().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A server that keeps what it confirms, which the builder's own settings do not. */
    static EmbeddedPostgres.Builder durable() {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .setServerConfig("max_prepared_transactions", "64")
                .setServerConfig("max_connections", "100");
    }

    public static TestDatabase create() throws SQLException {
        String cleared = CLEARED.poll();
        if (cleared == null) {
            return create(Shared.SERVER);
        }
        TestDatabase database = new TestDatabase(Shared.SERVER, cleared);
        database.fill();
        return database;
    }

    static TestDatabase create(EmbeddedPostgres server) throws SQLException {
        String name = "t" + COUNT.incrementAndGet();
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        TestDatabase database = new TestDatabase(server, name);
        database.fill();
        return database;
    }

    private void fill() throws SQLException {
        execute("CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL);"
                + "CREATE TABLE entry (account int REFERENCES account DEFERRABLE INITIALLY DEFERRED);"
                + "INSERT INTO account VALUES (1, 100), (2, 100)");
    }

    private void clear() throws SQLException {
        try (Connection admin = connectElsewhere();
                Statement statement = admin.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " RESET ALL");
        }
        killSessions();
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
                + "GRANT EXECUTE ON FUNCTION pg_xact_status(xid8) TO public");
        CLEARED.add(name);
    }

    static TestDatabase reopen(EmbeddedPostgres server, String name) {
        return new TestDatabase(server, name);
    }

    public String name() {
        return name;
    }

    int port() {
        return server.getPort();
    }

    public DataSource dataSource() {
        return pool.asDataSource();
    }

    ReusingPool pool() {
        return pool;
    }

    /** A connection that no pool knows. */
    public Connection connect() throws SQLException {
        return server.getDatabase("postgres", name).getConnection();
    }

    /** A connection to another database of the same server. */
    Connection connectElsewhere() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public String value(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return value(connection, sql);
        }
    }

    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    public int balance(int account) throws SQLException {
        return Integer.parseInt(value("SELECT balance FROM account WHERE id = " + account));
    }

    /** The names of all that is prepared in this database. */
    void rollbackPrepared() throws SQLException {
        for (String gid : prepared()) {
            execute("ROLLBACK PREPARED '" + gid + "'");
        }
    }

    public List<String> prepared() throws SQLException {
        List<String> gids = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY gid")) {
            while (row.next()) {
                gids.add(row.getString(1));
            }
        }
        return gids;
    }

    /** Adds to the balance of an account and prepares that, as any session could. @return the xid */
    public String prepare(String gid, int account, int amount) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE account SET balance = balance + " + amount + " WHERE id = " + account);
            String xid = value(connection, "SELECT pg_current_xact_id()::text");
            statement.execute("PREPARE TRANSACTION '" + gid + "'");
            return xid;
        }
    }

    /** The gid of a branch of service "bank" whose deadline is over as soon as it is prepared. */
    static BranchGid overdue(Gtrid gtrid) {
        return new BranchGid("bank", gtrid, new Bqual("0-" + Bqual.mint()));
    }

    /** Ends the sessions of this database but the caller's own. */
    void killSessions() throws SQLException {
        execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid()");
    }

    @Override
    public void close() throws SQLException {
        pool.close();
        rollbackPrepared();
        if (server.equals(Shared.SERVER)) {
            clear();
        }
    }
}
