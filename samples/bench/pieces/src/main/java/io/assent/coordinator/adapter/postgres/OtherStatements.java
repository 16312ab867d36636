package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.protocol.Proposal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What {@link DecisionStatements} could do instead, without reading more of what comes back than that it came. */
final class OtherStatements {

    private static final String TRACK = """
            INSERT INTO unfinished (batch, writer, gtrids, written_at) VALUES (?, ?, ?, now())
            ON CONFLICT (batch) DO NOTHING
            """;

    private static final String INTO_DECISION = """
            INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
            SELECT p.gtrid, p.outcome, ?, now(), p.detail
            """;

    private static final String ABOVE_FLOOR = """
            floor f WHERE f.id = 1 AND p.gtrid >= f.gtrid ORDER BY p.gtrid
            RETURNING gtrid, outcome, batch, decided_at
            """;

    private static final String BINARY_ARRAYS = "WITH tracked AS (" + TRACK + ") " + INTO_DECISION
            + "FROM unnest(?::uuid[], ?::smallint[], ?::bytea[]) AS p (gtrid, outcome, detail), " + ABOVE_FLOOR;

    private static final String ONE = """
            INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
            SELECT ?, ?, ?, now(), ? FROM floor f WHERE f.id = 1 AND ? >= f.gtrid
            """;

    private OtherStatements() {}

    static int binaryArrays(Connection connection, UUID writer, UUID batch, List<Proposal> proposals)
            throws SQLException {
        List<UUID> ids = ids(proposals);
        try (PreparedStatement statement = connection.prepareStatement(BINARY_ARRAYS)) {
            Short[] outcomes = proposals.stream()
                    .map(p -> DecisionStatements.code(p.decision()))
                    .toArray(Short[]::new);
            byte[][] details = proposals.stream().map(OtherStatements::detail).toArray(byte[][]::new);
            track(statement, writer, batch, ids);
            statement.setObject(4, batch);
            statement.setObject(5, new UuidArray(ids));
            statement.setArray(6, connection.createArrayOf("int2", outcomes));
            statement.setArray(7, connection.createArrayOf("bytea", details));
            return count(statement);
        }
    }

    static int values(Connection connection, UUID writer, UUID batch, List<Proposal> proposals) throws SQLException {
        String row = "(?::uuid, ?::smallint, ?::bytea)";
        String rows = row + (", " + row).repeat(proposals.size() - 1);
        String sql = "WITH tracked AS (" + TRACK + ") " + INTO_DECISION + "FROM (VALUES " + rows
                + ") AS p (gtrid, outcome, detail), " + ABOVE_FLOOR;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            track(statement, writer, batch, ids(proposals));
            statement.setObject(4, batch);
            int parameter = 5;
            for (Proposal proposal : proposals) {
                statement.setObject(parameter++, proposal.gtrid().value());
                statement.setShort(parameter++, DecisionStatements.code(proposal.decision()));
                statement.setBytes(parameter++, detail(proposal));
            }
            return count(statement);
        }
    }

    static int driverBatch(Connection connection, UUID writer, UUID batch, List<Proposal> proposals)
            throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement tracked = connection.prepareStatement(TRACK);
                PreparedStatement statement = connection.prepareStatement(ONE)) {
            track(tracked, writer, batch, ids(proposals));
            tracked.executeUpdate();
            for (Proposal proposal : proposals) {
                statement.setObject(1, proposal.gtrid().value());
                statement.setShort(2, DecisionStatements.code(proposal.decision()));
                statement.setObject(3, batch);
                statement.setBytes(4, detail(proposal));
                statement.setObject(5, proposal.gtrid().value());
                statement.addBatch();
            }
            int written = statement.executeBatch().length;
            connection.commit();
            return written;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** The first three parameters of {@link #TRACK}. */
    private static void track(PreparedStatement statement, UUID writer, UUID batch, List<UUID> ids)
            throws SQLException {
        statement.setObject(1, batch);
        statement.setObject(2, writer);
        statement.setObject(3, new UuidArray(ids));
    }

    private static int count(PreparedStatement statement) throws SQLException {
        int rows = 0;
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                rows++;
            }
        }
        return rows;
    }

    private static List<UUID> ids(List<Proposal> proposals) {
        List<UUID> ids = new ArrayList<>(proposals.size());
        proposals.forEach(proposal -> ids.add(proposal.gtrid().value()));
        return ids;
    }

    private static byte[] detail(Proposal proposal) {
        return RowCodec.encode(new RowCodec.Detail(proposal.branches(), proposal.labels(), proposal.reason()));
    }
}
