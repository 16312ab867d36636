package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a confirmed decision survives, by how the server is set up. docs/OPERATIONS.md says what each means. */
public sealed interface LogDurability {

    /** It survives crashes, and not the loss of the disk. */
    record SingleNode() implements LogDurability {
        @Override
        public String toString() {
            return "single node";
        }
    }

    /** As on a single node; a fail-over may lose the latest. */
    record Asynchronous(int standbys) implements LogDurability {
        @Override
        public String toString() {
            return "asynchronous standbys: " + standbys + " (a fail-over may lose decisions)";
        }
    }

    /**
     * It survives a fail-over.
     *
     * @param standbys as {@code synchronous_standby_names} says; that one of them is connected is shown by every write that returns
     */
    record Synchronous(String standbys) implements LogDurability {
        @Override
        public String toString() {
            return "synchronous standbys: " + standbys;
        }
    }

    /**
     * Needs no rights: who is not allowed to see the standbys sees at least that there are some, and the setting itself is
     * open to everybody.
     *
     * @throws SQLException also where not even a crash of the server is survived (rule R17)
     */
    static LogDurability of(Connection connection) throws SQLException {
        String sql = """
                SELECT current_setting('fsync'), current_setting('synchronous_commit'),
                    trim(current_setting('synchronous_standby_names')),
                    (SELECT count(*) FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup')
                """;
        try (Statement statement = connection.createStatement();
                ResultSet server = statement.executeQuery(sql)) {
            server.next();
            String fsync = server.getString(1);
            String commit = server.getString(2);
            if (!"on".equals(fsync) || !("on".equals(commit) || "remote_apply".equals(commit))) {
                throw new SQLException("commits are not durable: set fsync = on (is " + fsync
                        + ") and synchronous_commit = on (is " + commit + ")");
            }
            String names = server.getString(3);
            int standbys = server.getInt(4);
            if (!names.isEmpty()) {
                return new Synchronous(names);
            }
            return standbys > 0 ? new Asynchronous(standbys) : new SingleNode();
        }
    }

    default boolean satisfies(RequiredDurability required) {
        return switch (required) {
            case ANY -> true;
            case SYNCHRONOUS -> this instanceof Synchronous;
        };
    }
}
