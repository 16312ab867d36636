package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Takes the tracking of what is finished out of the log. Nobody waits for it and decisions wait behind it, so it goes many batches
 * at a time, and in a commit that need not be durable at once: whatever is still tracked after a crash is delivered once more,
 * which the protocol allows at any time. For the writer's thread alone.
 */
final class FinishedBatches {

    /** How many batches are worth a commit of their own while decisions are made; so many may be delivered again after a crash. */
    static final int WORTHWHILE = 32;

    /** How long the first of fewer than that stays meanwhile. */
    static final Duration STAYS_MAX = Duration.ofMillis(500);

    private static final int REWRITES_MAX = 32;

    /** Rather not now than behind another replica's lock. */
    private static final String LAZILY = "SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '100ms'";

    /** Whether decisions wait for the writer. */
    enum Pressure {
        IDLE,
        BUSY
    }

    private final BatchTracker tracker;
    private final int batchesMax;
    private final long rewriteAfterNanos;
    private long triedNanos = System.nanoTime();
    private Last last = Last.WORKED;

    private enum Last {
        WORKED,
        FAILED
    }

    FinishedBatches(BatchTracker tracker, LogSettings settings) {
        this.tracker = tracker;
        this.batchesMax = settings.batchMax();
        this.rewriteAfterNanos = settings.rewriteAfter().toNanos();
    }

    /** Whether there is enough to be removed, or little enough else to do. */
    boolean isDue(Pressure pressure, long nowNanos) {
        boolean longAgo = nowNanos - triedNanos > STAYS_MAX.toNanos();
        boolean worthwhile = last == Last.WORKED && tracker.doneCount() >= WORTHWHILE;
        return pressure == Pressure.IDLE || longAgo || worthwhile;
    }

    /** @throws SQLException if it failed; the same is removed the next time */
    void remove(Connection connection, long nowNanos) throws SQLException {
        triedNanos = nowNanos;
        List<UUID> done = tracker.done(batchesMax);
        List<BatchTracker.Rewrite> rewrites = tracker.rewrites(rewriteAfterNanos, nowNanos, REWRITES_MAX);
        if (done.isEmpty() && rewrites.isEmpty()) {
            return;
        }
        last = Last.FAILED;
        done.forEach(batch -> CoordinatorCrashPoint.BEFORE_FINISHED.reached(new Gtrid(batch)));
        connection.setAutoCommit(false);
        try (Statement lazily = connection.createStatement()) {
            lazily.execute(LAZILY);
        }
        delete(connection, done);
        for (BatchTracker.Rewrite rewrite : rewrites) {
            rewrite(connection, rewrite);
        }
        connection.commit();
        connection.setAutoCommit(true);
        done.forEach(batch -> CoordinatorCrashPoint.AFTER_FINISHED.reached(new Gtrid(batch)));
        tracker.deleted(done);
        tracker.rewritten(rewrites, nowNanos);
        last = Last.WORKED;
    }

    private static void delete(Connection connection, List<UUID> done) throws SQLException {
        if (done.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM unfinished WHERE batch = ANY (?)")) {
            statement.setArray(1, connection.createArrayOf("uuid", done.toArray()));
            statement.executeUpdate();
        }
    }

    /** Takes out what is finished instead of writing what is left, so that two replicas can't undo each other's removals. */
    private static void rewrite(Connection connection, BatchTracker.Rewrite rewrite) throws SQLException {
        String remove = """
                UPDATE unfinished SET gtrids = ARRAY(SELECT g FROM unnest(gtrids) AS g WHERE NOT g = ANY (?))
                WHERE batch = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(remove)) {
            statement.setArray(1, DecisionStatements.uuids(connection, rewrite.removed()));
            statement.setObject(2, rewrite.batch());
            statement.executeUpdate();
        }
    }
}
