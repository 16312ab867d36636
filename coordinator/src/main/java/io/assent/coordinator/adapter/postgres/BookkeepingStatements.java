package io.assent.coordinator.adapter.postgres;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog.OverdueIntent;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL beside the commit path: intents, heuristic outcomes, what is unfinished. One statement each, in autocommit. */
final class BookkeepingStatements {

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private BookkeepingStatements() {}

    /**
     * Adds to what another intent of the same transaction names (rule R23). Not below the floor, where nothing can be
     * decided any more and nobody could ever tell its branches how they end.
     *
     * @return false if the id lies below the floor
     */
    static boolean recordIntent(Connection connection, Gtrid gtrid, List<ListedBranch> branches, Duration remaining)
            throws SQLException {
        String sql = """
                INSERT INTO intent (gtrid, details, deadline_at)
                SELECT i.gtrid, i.details, now() + ? * interval '1 millisecond'
                FROM (SELECT ?::uuid AS gtrid, ?::bytea[] AS details) i, floor f WHERE f.id = 1 AND i.gtrid >= f.gtrid
                ON CONFLICT (gtrid) DO UPDATE SET details =
                    CASE WHEN intent.details @> excluded.details THEN intent.details
                         ELSE intent.details || excluded.details END
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, remaining.toMillis());
            statement.setObject(2, gtrid.value());
            statement.setArray(3, connection.createArrayOf("bytea", new byte[][] {encoded(branches)}));
            return confirmed(statement) > 0;
        }
    }

    /** Deletes the intent if it names nothing else; compared again by the deletion, as another request may add to it. */
    static void dropIntent(Connection connection, Gtrid gtrid, Collection<BranchId> resolved) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT details FROM intent WHERE gtrid = ?")) {
            statement.setObject(1, gtrid.value());
            try (ResultSet result = statement.executeQuery()) {
                if (result.next() && resolved.containsAll(ids(branches(result.getArray(1))))) {
                    delete(connection, gtrid, result.getArray(1));
                }
            }
        }
    }

    private static void delete(Connection connection, Gtrid gtrid, Array details) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM intent WHERE gtrid = ? AND details = ?")) {
            statement.setObject(1, gtrid.value());
            statement.setArray(2, connection.createArrayOf("bytea", (Object[]) details.getArray()));
            statement.executeUpdate();
        }
    }

    static List<OverdueIntent> overdueIntents(Connection connection, @Nullable OverdueIntent after, int limit)
            throws SQLException {
        String sql = """
                SELECT gtrid, details, deadline_at, (extract(epoch FROM now() - deadline_at) * 1000)::bigint FROM intent
                WHERE deadline_at < now() AND (deadline_at, gtrid) > (?, ?)
                ORDER BY deadline_at, gtrid LIMIT ?
                """;
        List<OverdueIntent> intents = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Instant from = after == null ? Instant.EPOCH : after.deadline();
            statement.setObject(1, from.atOffset(ZoneOffset.UTC));
            statement.setObject(2, after == null ? BEFORE_ALL : after.gtrid().value());
            statement.setInt(3, limit);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    Gtrid gtrid = new Gtrid(result.getObject(1, UUID.class));
                    Instant deadline = result.getObject(3, OffsetDateTime.class).toInstant();
                    intents.add(new OverdueIntent(
                            gtrid, branches(result.getArray(2)), deadline, Duration.ofMillis(result.getLong(4))));
                }
            }
        }
        return intents;
    }

    /** The first outcome that was recorded of a branch stays. */
    static void recordHeuristic(
            Connection connection, DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic)
            throws SQLException {
        String sql = """
                INSERT INTO heuristic (gtrid, participant, bqual, decision, kind, detail, detected_at)
                VALUES (?, ?, ?, ?, ?, ?, now())
                ON CONFLICT (gtrid, participant, bqual) DO UPDATE SET kind = heuristic.kind
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, row.gtrid().value());
            statement.setString(2, branch.participant().value());
            statement.setString(3, branch.bqual().value());
            statement.setShort(4, DecisionStatements.code(row.decision()));
            statement.setString(5, heuristic.kind().name());
            statement.setString(6, heuristic.detail().replaceAll("\\p{Cntrl}", " "));
            int _ = confirmed(statement);
        }
    }

    private static int confirmed(PreparedStatement statement) throws SQLException {
        int rows = statement.executeUpdate();
        SQLWarning warning = statement.getWarnings();
        if (warning != null) {
            throw new SQLException("the write was not confirmed: " + warning.getMessage());
        }
        return rows;
    }

    private static byte[] encoded(List<ListedBranch> branches) {
        return RowCodec.encode(new RowCodec.Detail(branches, Map.of(), null));
    }

    private static List<ListedBranch> branches(Array details) throws SQLException {
        Map<BranchId, ListedBranch> branches = new LinkedHashMap<>();
        for (Object detail : (Object[]) details.getArray()) {
            RowCodec.decode((byte[]) detail).branches().forEach(b -> branches.putIfAbsent(b.id(), b));
        }
        return new ArrayList<>(branches.values());
    }

    private static List<BranchId> ids(List<ListedBranch> branches) {
        return branches.stream().map(ListedBranch::id).toList();
    }
}
