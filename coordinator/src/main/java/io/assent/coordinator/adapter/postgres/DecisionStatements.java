package io.assent.coordinator.adapter.postgres;

import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SQL of the commit path. Each method is one statement in autocommit, and so one snapshot. */
final class DecisionStatements {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionStatements.class);

    /** SQLState of a row whose id is there already (PostgreSQL, appendix A). */
    static final String UNIQUE_VIOLATION = "23505";

    private static final String INSERT = """
            WITH tracked AS (
                INSERT INTO unfinished (batch, writer, gtrids, written_at)
                SELECT ?, ?, t.gtrids, now() FROM (SELECT ?::uuid[] AS gtrids) t WHERE cardinality(t.gtrids) > 0
                ON CONFLICT (batch) DO NOTHING)
            INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
            SELECT p.gtrid, p.outcome, ?, now(), p.detail
            FROM unnest(?::uuid[], ?::smallint[], ?::bytea[]) AS p (gtrid, outcome, detail), floor f
            WHERE f.id = 1 AND p.gtrid >= f.gtrid
            ORDER BY p.gtrid
            """;

    /**
     * How a batch is decided. In both forms the first row of an id wins (rule R1) and ids below the floor are refused by the same
     * snapshot (rules R11, R13). Sorted by gtrid: two replicas that insert overlapping batches then wait for each other in one order
     * only. What the statement itself has written need not come back in full.
     */
    enum Form {
        /**
         * Where no id is expected to have a row: if one has, the server refuses the whole statement, and nothing of it was written
         * ({@link #UNIQUE_VIOLATION}). A row costs a seventh less of the server's log than with ON CONFLICT, which writes
         * each one first as a row that may have to be withdrawn.
         */
        FRESH(INSERT + "RETURNING gtrid, outcome, batch, decided_at"),
        /**
         * The winning row comes back whoever wrote it (rule R2). DO UPDATE changes nothing: it makes a loser wait for the winner's
         * durability too (rule R18).
         */
        CONTESTED(INSERT + """
                ON CONFLICT (gtrid) DO UPDATE SET outcome = decision.outcome
                RETURNING gtrid, outcome, batch, decided_at, CASE WHEN batch <> ? THEN detail END AS detail
                """);

        private final String sql;

        Form(String sql) {
            this.sql = sql;
        }
    }

    /** Of a decision {@code d}: 1 if it is tracked as unfinished, plus 2 if it has a heuristic outcome. */
    static final String PROGRESS = """
            (CASE WHEN EXISTS (SELECT 1 FROM unfinished u WHERE u.batch = d.batch AND d.gtrid = ANY (u.gtrids))
                  THEN 1 ELSE 0 END
             + CASE WHEN EXISTS (SELECT 1 FROM heuristic h WHERE h.gtrid = d.gtrid) THEN 2 ELSE 0 END)
            """;

    private static final String READ = """
            SELECT a.gtrid AS asked, a.gtrid < f.gtrid AS below, d.gtrid, d.outcome, d.batch, d.decided_at, d.detail,
            """ + PROGRESS + """
            AS progress
            FROM unnest(?::uuid[]) AS a (gtrid) JOIN floor f ON f.id = 1 LEFT JOIN decision d ON d.gtrid = a.gtrid
            """;

    private DecisionStatements() {}

    /** @param unreadable ids that have a row which can't be read; one such row must not hold up the others */
    record Rows(Map<Gtrid, DecisionRow> rows, Set<Gtrid> unreadable) {}

    /**
     * @param writer the replica that decides
     * @return the winning rows; ids below the floor are missing
     * @throws SQLException the result is unknown (rule R3), also where the server only warned; but for {@link Form#FRESH} and a
     *     unique violation, after which it is known that nothing was written
     */
    static Rows decide(Connection connection, Form form, UUID writer, UUID batch, Collection<Proposal> proposals)
            throws SQLException {
        List<Proposal> sorted = new ArrayList<>(proposals);
        sorted.sort((a, b) -> a.gtrid().compareTo(b.gtrid()));
        try (PreparedStatement statement = connection.prepareStatement(form.sql)) {
            Object[] tracked = sorted.stream()
                    .filter(p -> p.branches().stream().anyMatch(ListedBranch::isTold))
                    .map(p -> p.gtrid().value())
                    .toArray();
            statement.setObject(1, batch);
            statement.setObject(2, writer);
            statement.setArray(3, connection.createArrayOf("uuid", tracked));
            statement.setObject(4, batch);
            statement.setArray(
                    5, uuids(connection, sorted.stream().map(Proposal::gtrid).toList()));
            statement.setArray(
                    6,
                    connection.createArrayOf(
                            "int2", sorted.stream().map(p -> code(p.decision())).toArray()));
            statement.setArray(
                    7,
                    connection.createArrayOf(
                            "bytea",
                            sorted.stream().map(DecisionStatements::detail).toArray(byte[][]::new)));
            if (form == Form.CONTESTED) {
                statement.setObject(8, batch);
            }
            Rows rows = winners(batch, sorted, statement);
            SQLWarning warning = statement.getWarnings();
            if (warning != null) {
                throw new SQLException("the decisions were not confirmed: " + warning.getMessage());
            }
            return rows;
        }
    }

    /** A row with the id of this batch is the proposal, written just now or by an earlier run of the same statement. */
    private static Rows winners(UUID batch, List<Proposal> proposals, PreparedStatement statement) throws SQLException {
        Map<Gtrid, Proposal> own = new HashMap<>();
        proposals.forEach(p -> own.put(p.gtrid(), p));
        Rows rows = new Rows(new TreeMap<>(), new TreeSet<>());
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                Gtrid gtrid = new Gtrid(result.getObject("gtrid", UUID.class));
                if (batch.equals(result.getObject("batch", UUID.class))) {
                    rows.rows.put(gtrid, written(own.get(gtrid), batch, result));
                } else {
                    readInto(rows, result);
                }
            }
        }
        return rows;
    }

    private static DecisionRow written(@Nullable Proposal proposal, UUID batch, ResultSet result) throws SQLException {
        if (proposal == null || code(proposal.decision()) != result.getInt("outcome")) {
            throw new SQLException("the log returned a decision that batch " + batch + " has not proposed");
        }
        return new DecisionRow(
                proposal.gtrid(),
                proposal.decision(),
                proposal.branches(),
                proposal.reason(),
                proposal.labels(),
                batch,
                result.getObject("decided_at", OffsetDateTime.class).toInstant());
    }

    /** The rows of these ids; those without one are missing. */
    static Rows rows(Connection connection, Collection<Gtrid> gtrids) throws SQLException {
        String sql = "SELECT gtrid, outcome, batch, decided_at, detail FROM decision WHERE gtrid = ANY (?)";
        Rows rows = new Rows(new TreeMap<>(), new TreeSet<>());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, uuids(connection, gtrids));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    readInto(rows, result);
                }
            }
        }
        return rows;
    }

    /** Adds the row that the result stands at. */
    private static void readInto(Rows rows, ResultSet result) throws SQLException {
        Gtrid gtrid = new Gtrid(result.getObject("gtrid", UUID.class));
        row(gtrid, result).ifPresentOrElse(row -> rows.rows.put(gtrid, row), () -> rows.unreadable.add(gtrid));
    }

    /** What an id has in the log. */
    sealed interface Read {
        Gtrid gtrid();

        /** @param marks as {@link #PROGRESS} says */
        record Row(Gtrid gtrid, DecisionRow row, int marks) implements Read {}

        record Unreadable(Gtrid gtrid) implements Read {}

        record NoRow(Gtrid gtrid) implements Read {}

        record BelowFloor(Gtrid gtrid) implements Read {}
    }

    /** Row, floor and progress of each id in one snapshot (rule R13). */
    static List<Read> read(Connection connection, Collection<Gtrid> gtrids) throws SQLException {
        List<Read> read = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(1, uuids(connection, gtrids));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    read.add(read(result));
                }
            }
        }
        return read;
    }

    private static Read read(ResultSet result) throws SQLException {
        Gtrid gtrid = new Gtrid(result.getObject("asked", UUID.class));
        if (result.getObject("gtrid") == null) {
            return result.getBoolean("below") ? new Read.BelowFloor(gtrid) : new Read.NoRow(gtrid);
        }
        int marks = result.getInt("progress");
        return row(gtrid, result)
                .<Read>map(row -> new Read.Row(gtrid, row, marks))
                .orElse(new Read.Unreadable(gtrid));
    }

    /** @return empty if the row can't be read, which is then logged */
    private static Optional<DecisionRow> row(Gtrid gtrid, ResultSet result) throws SQLException {
        int outcome = result.getInt("outcome");
        UUID batch = result.getObject("batch", UUID.class);
        Instant decidedAt = result.getObject("decided_at", OffsetDateTime.class).toInstant();
        byte[] detail = result.getBytes("detail");
        try {
            return Optional.of(row(gtrid, outcome, batch, decidedAt, detail));
        } catch (CorruptRowException e) {
            LOG.error("a row can't be read; a person has to look gtrid={} error=\"{}\"", gtrid, e.getMessage());
            return Optional.empty();
        }
    }

    static DecisionRow row(Gtrid gtrid, int outcome, UUID batch, Instant decidedAt, byte[] bytes) {
        RowCodec.Detail detail = RowCodec.decode(bytes);
        return new DecisionRow(
                gtrid, decision(outcome), detail.branches(), detail.reason(), detail.labels(), batch, decidedAt);
    }

    static java.sql.Array uuids(Connection connection, Collection<Gtrid> gtrids) throws SQLException {
        return connection.createArrayOf(
                "uuid", gtrids.stream().map(Gtrid::value).toArray());
    }

    static short code(Decision decision) {
        return (short) (decision == Decision.COMMIT ? 1 : 0);
    }

    private static Decision decision(int code) {
        return switch (code) {
            case 0 -> Decision.ABORT;
            case 1 -> Decision.COMMIT;
            default -> throw new CorruptRowException("row has outcome " + code + ", which is not known here");
        };
    }

    static Progress progress(int marks) {
        return switch (marks) {
            case 0 -> Progress.FINISHED;
            case 2 -> Progress.HEURISTIC;
            default -> Progress.UNFINISHED;
        };
    }

    private static byte[] detail(Proposal p) {
        return RowCodec.encode(new RowCodec.Detail(p.branches(), p.labels(), p.reason()));
    }
}
