package io.assent.samples.bench.run;

import io.assent.samples.bench.load.LoadResult;
import io.assent.samples.demo.DemoException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Counts the decisions to commit that come to a log from a moment on. Ids begin with the time in which they were minted, so that rows
 * of earlier runs need not be read.
 */
final class CommitRows {

    /** The clock may be set back a little meanwhile. */
    private static final String A_MINUTE_AGO = "SELECT uuidv7(interval '-1 minute')";

    private final List<Server> logs;
    private final String database;
    private final String rows;
    private final long before;

    private CommitRows(List<Server> logs, String database, String id) {
        this.logs = logs;
        this.database = database;
        String oldest = ask(logs.getFirst(), A_MINUTE_AGO);
        this.rows = "SELECT count(*) FROM decision WHERE outcome = 1 AND " + id + " >= '" + oldest + "'";
        this.before = count();
    }

    /**
     * Begins to count.
     *
     * @param logs the servers that have a part of the decisions each
     * @param id the column with the transaction's id
     */
    static CommitRows from(List<Server> logs, String database, String id) {
        return new CommitRows(logs, database, id);
    }

    /** How many have come since. */
    long added() {
        return count() - before;
    }

    /**
     * What does not fit what clients were told, all of them and the whole time. Whoever was told nothing may be a row or not.
     *
     * @param added as the log has it once all is quiet
     */
    static Optional<String> fault(LoadResult load, long added) {
        long told = load.committedInAll();
        if (added >= told && added <= told + load.failedInAll()) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "clients were told of %d commits, and of no outcome %d times, but %d decisions to commit were added to the log",
                told,
                load.failedInAll(),
                added));
    }

    private long count() {
        return logs.stream().mapToLong(log -> Long.parseLong(ask(log, rows))).sum();
    }

    private String ask(Server log, String sql) {
        try (Connection connection = log.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new DemoException("PostgreSQL of " + log.name() + " says: " + e.getMessage());
        }
    }
}
