package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets old decisions go. First the floor is raised, under a lock that waits for every insert that may have passed the old one (rules
 * R11, R12); only then rows below it are deleted, and of these only what nobody may still ask for (rule R14). Several replicas may
 * prune at the same time.
 */
public final class Pruner {

    private static final Logger LOG = LoggerFactory.getLogger(Pruner.class);
    private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '500ms'";
    private static final Duration FLOOR_STEP_MIN = Duration.ofMinutes(1);
    private static final int CHUNK = 1000;
    private static final int CHUNKS_MAX = 1000;

    /** Not over an intent that is undecided: its branches can't ask, and below the floor nobody could decide for them. */
    private static final String RAISE = """
            UPDATE floor SET raised_at = now(), gtrid = greatest(gtrid, least(?, (
                SELECT i.gtrid FROM intent i WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.gtrid = i.gtrid)
                ORDER BY i.gtrid LIMIT 1)))
            WHERE id = 1 AND gtrid < ?
            """;

    private static final String DELETE_CHUNK = """
            DELETE FROM decision WHERE gtrid = ANY (ARRAY(
                SELECT d.gtrid FROM decision d, floor f
                WHERE f.id = 1 AND d.gtrid > ? AND d.gtrid < f.gtrid
                AND NOT EXISTS (SELECT 1 FROM unfinished u WHERE u.batch = d.batch AND d.gtrid = ANY (u.gtrids))
                AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.gtrid = d.gtrid)
                AND NOT EXISTS (SELECT 1 FROM heuristic h WHERE h.gtrid = d.gtrid AND h.acknowledged_at IS NULL)
                ORDER BY d.gtrid LIMIT ?))
            RETURNING gtrid
            """;

    private final DataSource dataSource;
    private final Duration retention;
    private final Duration auditRetention;

    public Pruner(DataSource dataSource, Duration retention, Duration auditRetention) {
        this.dataSource = dataSource;
        this.retention = retention;
        this.auditRetention = auditRetention;
    }

    /** @return how many decisions went; what could not be done now is done by the next run */
    public long runOnce() {
        try (Connection connection = dataSource.getConnection()) {
            raiseFloor(connection);
            long deleted = deleteDecisions(connection);
            deleteAudit(connection);
            if (deleted > 0) {
                LOG.info("pruned decisions={}", deleted);
            }
            return deleted;
        } catch (SQLException e) {
            LOG.warn("not pruned, the next run does it error=\"{}\"", e.getMessage());
            return 0;
        }
    }

    /**
     * By the earlier of the two clocks: the floor never goes down, and one that a wrong clock has raised above now refuses every
     * transaction. If they step back it stays where it is.
     */
    private void raiseFloor(Connection connection) throws SQLException {
        long nowMillis = Math.min(
                System.currentTimeMillis(), number(connection, "SELECT (EXTRACT(EPOCH FROM now()) * 1000)::bigint"));
        UUID target =
                Gtrid.floorOf(Math.max(0, nowMillis - retention.toMillis())).value();
        UUID enough = Gtrid.floorOf(Math.max(0, nowMillis - retention.toMillis() - FLOOR_STEP_MIN.toMillis()))
                .value();
        connection.setAutoCommit(false);
        try (Statement lock = connection.createStatement();
                PreparedStatement raise = connection.prepareStatement(RAISE)) {
            lock.execute(LOCK_TIMEOUT);
            lock.execute("LOCK TABLE floor IN ACCESS EXCLUSIVE MODE");
            raise.setObject(1, target);
            raise.setObject(2, enough);
            if (raise.executeUpdate() > 0) {
                CoordinatorCrashPoint.BEFORE_FLOOR.reached(new Gtrid(target));
                connection.commit();
                CoordinatorCrashPoint.AFTER_FLOOR.reached(new Gtrid(target));
            } else {
                connection.commit();
            }
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static long deleteDecisions(Connection connection) throws SQLException {
        long deleted = 0;
        UUID after = new UUID(0, 0);
        for (int chunk = 0; chunk < CHUNKS_MAX; chunk++) {
            int inChunk = 0;
            try (PreparedStatement statement = connection.prepareStatement(DELETE_CHUNK)) {
                statement.setObject(1, after);
                statement.setInt(2, CHUNK);
                CoordinatorCrashPoint.BEFORE_PRUNE.reached();
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        inChunk++;
                        after = later(after, result.getObject(1, UUID.class));
                    }
                }
            }
            CoordinatorCrashPoint.AFTER_PRUNE.reached();
            deleted += inChunk;
            if (inChunk < CHUNK) {
                break;
            }
        }
        return deleted;
    }

    private void deleteAudit(Connection connection) throws SQLException {
        try (PreparedStatement heuristics = connection.prepareStatement(
                        "DELETE FROM heuristic WHERE acknowledged_at < now() - ? * interval '1 millisecond'");
                PreparedStatement actions = connection.prepareStatement(
                        "DELETE FROM operator_action WHERE at < now() - ? * interval '1 millisecond'")) {
            heuristics.setLong(1, auditRetention.toMillis());
            heuristics.executeUpdate();
            actions.setLong(1, auditRetention.toMillis());
            actions.executeUpdate();
        }
    }

    private static UUID later(UUID left, UUID right) {
        return new Gtrid(right).compareTo(left.getMostSignificantBits() == 0 ? Gtrid.floorOf(0) : new Gtrid(left)) >= 0
                ? right
                : left;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
