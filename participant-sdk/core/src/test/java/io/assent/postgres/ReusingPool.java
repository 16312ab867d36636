package io.assent.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A pool that cleans nothing: what a borrower leaves behind, the next one finds. Fails on dirt. */
final class ReusingPool implements AutoCloseable {

    private final PGSimpleDataSource source;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final AtomicInteger borrowed = new AtomicInteger();
    private final AtomicInteger dirty = new AtomicInteger();

    ReusingPool(String url) {
        source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser("postgres");
        source.setConnectTimeout(5);
    }

    DataSource asDataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    if (method.getName().equals("getConnection") && arguments == null) {
                        return borrow();
                    }
                    throw new UnsupportedOperationException(method.toString());
                });
    }

    int borrowed() {
        return borrowed.get();
    }

    /** How many connections came back with autocommit off, a transaction open, or settings left. */
    int dirty() {
        return dirty.get();
    }

    private synchronized Connection borrow() throws SQLException {
        Connection connection = idle.poll();
        while (connection != null && !connection.isValid(2)) {
            connection = idle.poll();
        }
        Connection open = connection == null ? source.getConnection() : connection;
        borrowed.incrementAndGet();
        InvocationHandler handler = (_, method, arguments) -> {
            if (method.getName().equals("close")) {
                giveBack(open);
                return null;
            }
            try {
                return method.invoke(open, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Connection)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, handler);
    }

    private synchronized void giveBack(Connection connection) throws SQLException {
        borrowed.decrementAndGet();
        if (!connection.isValid(2)) {
            connection.close();
            return;
        }
        if (!connection.getAutoCommit() || hasLeftSettings(connection)) {
            dirty.incrementAndGet();
        }
        idle.push(connection);
    }

    private static boolean hasLeftSettings(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
                        + " OR current_setting('statement_timeout') <> '0'"
                        + " OR current_setting('synchronous_commit') <> (SELECT reset_val FROM pg_settings"
                        + " WHERE name = 'synchronous_commit')")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        for (Connection connection : idle) {
            connection.close();
        }
        idle.clear();
    }
}
