package io.assent.coordinator.simulation;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A JDBC connection to a {@link Database} that knows the SQL of the SDK and nothing else. */
final class Session implements InvocationHandler {

    /** Each statement is a step before and after which the process may die or the connection break. */
    interface Steps {
        void before(String sql) throws SQLException;

        void after(String sql) throws SQLException;
    }

    static final String WRITE = "WRITE ";
    static final String READ = "READ";
    private static final String NO_STANDBYS = "t";

    private static final String LIMITS = "as set";

    private final Database database;
    private final World world;
    private final Steps steps;
    private boolean autoCommit = true;
    private boolean broken;
    private Database.@Nullable Work work;

    private Session(Database database, World world, Steps steps) {
        this.database = database;
        this.world = world;
        this.steps = steps;
    }

    static DataSource source(Database database, World world, Steps steps) {
        return new DataSource() {
            @Override
            public Connection getConnection() {
                return proxy(Connection.class, new Session(database, world, steps));
            }

            @Override
            public Connection getConnection(String user, String password) {
                return getConnection();
            }

            @Override
            public @Nullable PrintWriter getLogWriter() {
                return null;
            }

            @Override
            public void setLogWriter(@Nullable PrintWriter out) {}

            @Override
            public void setLoginTimeout(int seconds) {}

            @Override
            public int getLoginTimeout() {
                return 0;
            }

            @Override
            public Logger getParentLogger() throws SQLFeatureNotSupportedException {
                throw new SQLFeatureNotSupportedException();
            }

            @Override
            public <T> T unwrap(Class<T> type) throws SQLException {
                throw new SQLException("wraps nothing");
            }

            @Override
            public boolean isWrapperFor(Class<?> type) {
                return false;
            }
        };
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        return switch (method.getName()) {
            case "getAutoCommit" -> autoCommit;
            case "setAutoCommit" -> {
                autoCommit = (Boolean) Objects.requireNonNull(arguments)[0];
                yield null;
            }
            case "createStatement" -> proxy(Statement.class, new Sql(""));
            case "prepareStatement" ->
                proxy(PreparedStatement.class, new Sql((String) Objects.requireNonNull(arguments)[0]));
            case "commit" -> {
                commit();
                yield null;
            }
            case "rollback", "close", "abort" -> {
                end(Database.Status.ABORTED);
                yield null;
            }
            case "isValid" -> !broken;
            case "isClosed" -> broken;
            case "isWrapperFor" -> false;
            case "hashCode" -> System.identityHashCode(this);
            case "equals" -> false;
            case "toString" -> "session";
            default -> throw new UnsupportedOperationException(method.toString());
        };
    }

    private void commit() throws SQLException {
        Database.Work ending = work;
        if (ending != null && database.wrote(ending)) {
            throw world.witness.report(
                    new Violation(Violation.Promise.COMMITS_ONLY_LISTED, "", "work that wrote commits on its own"));
        }
        end(Database.Status.COMMITTED);
    }

    private void end(Database.Status status) {
        if (work != null) {
            database.end(work, status);
            work = null;
        }
    }

    private Database.Work work() {
        Database.Work current = work;
        if (current == null) {
            current = database.begin();
            work = current;
        }
        return current;
    }

    /** One statement, prepared or not. */
    private final class Sql implements InvocationHandler {
        private final String prepared;
        private final List<String> parameters = new ArrayList<>();
        private List<@Nullable String[]> firstResult = List.of();

        private Sql(String prepared) {
            this.prepared = prepared;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            return switch (method.getName()) {
                case "setString" -> {
                    parameters.add((String) Objects.requireNonNull(arguments)[1]);
                    yield null;
                }
                case "execute", "executeUpdate", "executeQuery" -> {
                    String sql = arguments == null ? prepared : (String) arguments[0];
                    firstResult = run(sql);
                    yield result(method, sql);
                }
                case "getResultSet" -> proxy(ResultSet.class, new Rows(firstResult));
                case "getUpdateCount" -> 1;
                case "getWarnings", "close", "cancel" -> null;
                default -> throw new UnsupportedOperationException(method.toString());
            };
        }

        private Object result(Method method, String sql) {
            return switch (method.getName()) {
                case "executeQuery" -> proxy(ResultSet.class, new Rows(firstResult));
                case "executeUpdate" -> 1;
                default -> !countsRows(sql);
            };
        }

        /** Every other write is one that does not say how many rows it changed, such as a SELECT … FOR UPDATE. */
        private static boolean countsRows(String sql) {
            return sql.startsWith(WRITE) && Integer.parseInt(sql.substring(WRITE.length())) % 2 == 0;
        }

        private List<@Nullable String[]> run(String sql) throws SQLException {
            if (broken) {
                throw new SQLException("this connection has been closed", "08003");
            }
            try {
                steps.before(sql);
                List<@Nullable String[]> rows = carryOut(sql);
                steps.after(sql);
                return rows;
            } catch (SQLException e) {
                if ("08006".equals(e.getSQLState())) {
                    broken = true;
                    end(Database.Status.ABORTED);
                }
                throw e;
            }
        }

        private List<@Nullable String[]> carryOut(String sql) throws SQLException {
            if (sql.startsWith("SELECT set_config('lock_timeout'")) {
                return row(LIMITS);
            } else if (sql.startsWith(WRITE)) {
                database.write(work(), Integer.parseInt(sql.substring(WRITE.length())));
            } else if (sql.startsWith("SELECT pg_current_xact_id_if_assigned()")) {
                Long xid = database.xid(work());
                return row(xid == null ? null : xid.toString(), "0", LIMITS);
            } else if (sql.startsWith("SELECT pg_current_xact_id()")) {
                String xid = Long.toString(Objects.requireNonNull(database.xid(work()), "work that wrote has an xid"));
                carryOut(sql.substring(sql.indexOf("PREPARE TRANSACTION")));
                return row(xid, LIMITS, null, NO_STANDBYS);
            } else if (sql.startsWith("PREPARE TRANSACTION")) {
                Database.Work preparing = work();
                work = null;
                database.prepare(preparing, quoted(sql));
            } else if (sql.startsWith("COMMIT PREPARED")) {
                finish(sql, Database.Status.COMMITTED);
            } else if (sql.startsWith("ROLLBACK PREPARED")) {
                finish(sql, Database.Status.ABORTED);
            } else if (sql.contains("pg_xact_status")) {
                Database.Status status = database.status(Long.parseLong(parameters.getFirst()));
                return row(status == null ? null : shown(status));
            } else if (sql.contains("starts_with(gid, ?) ORDER BY prepared")) {
                return list();
            } else if (sql.startsWith("SELECT gid")) {
                return List.of();
            } else if (sql.contains("AND gid = ?")) {
                Database.Prepared found = database.prepared(parameters.getFirst());
                return found == null ? List.of() : row(Long.toString(found.xid()), Long.toString(database.nextXid()));
            } else if (!sql.equals(READ)) {
                throw new UnsupportedOperationException(sql);
            }
            return List.of();
        }

        private void finish(String sql, Database.Status status) throws SQLException {
            if (!database.finish(quoted(sql), status)) {
                throw new SQLException("prepared transaction does not exist", "42704");
            }
        }

        private List<@Nullable String[]> list() {
            List<@Nullable String[]> rows = new ArrayList<>();
            for (Database.Prepared p : database.prepared()) {
                double age = (world.timeline.nowNanos() - p.atNanos()) / 1e9;
                rows.addAll(row(
                        p.gid(),
                        Long.toString(p.xid()),
                        Long.toString(database.nextXid()),
                        Double.toString(age),
                        "db"));
            }
            return rows;
        }

        private static List<@Nullable String[]> row(@Nullable String... columns) {
            List<@Nullable String[]> rows = new ArrayList<>(1);
            rows.add(columns);
            return rows;
        }

        private static String quoted(String sql) {
            return sql.substring(sql.indexOf('\'') + 1, sql.lastIndexOf('\''));
        }

        private static String shown(Database.Status status) {
            return switch (status) {
                case IN_PROGRESS -> "in progress";
                case COMMITTED -> "committed";
                case ABORTED -> "aborted";
            };
        }
    }

    private static final class Rows implements InvocationHandler {
        private final List<@Nullable String[]> rows;
        private int at = -1;

        private Rows(List<@Nullable String[]> rows) {
            this.rows = rows;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            return switch (method.getName()) {
                case "next" -> ++at < rows.size();
                case "getString" -> column(arguments);
                case "getBoolean" -> NO_STANDBYS.equals(column(arguments));
                case "getLong" -> Long.parseLong(Objects.requireNonNull(column(arguments)));
                case "getDouble" -> Double.parseDouble(Objects.requireNonNull(column(arguments)));
                case "close" -> null;
                default -> throw new UnsupportedOperationException(method.toString());
            };
        }

        private @Nullable String column(Object @Nullable [] arguments) {
            return rows.get(at)[(Integer) Objects.requireNonNull(arguments)[0] - 1];
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Session.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
