package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog.Cursor;
import io.assent.coordinator.engine.port.DecisionLog.Tracked;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A page of the tracking table; neither the history nor any decision is read for it.
 *
 * @param last the last batch of the page; null if nothing comes after it
 */
record TrackedBatches(List<Batch> batches, @Nullable UUID last) {

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /** @param gtrids may be empty: all that the batch named has finished */
    record Batch(UUID id, @Nullable UUID writer, Duration age, Set<Gtrid> gtrids) {

        List<Gtrid> wanted(Predicate<Tracked> wanted) {
            return gtrids.stream()
                    .filter(g -> wanted.test(new Tracked(g, Optional.ofNullable(writer), age)))
                    .toList();
        }
    }

    /** @param limit how many transactions the page has, or a batch more */
    static TrackedBatches read(Connection connection, @Nullable Cursor after, int limit) throws SQLException {
        List<Batch> batches = new ArrayList<>();
        int transactions = 0;
        // Counted by the server: as many batches as transactions are wanted would be many times too much to send.
        String sql = """
                SELECT batch, writer, gtrids, (extract(epoch FROM now() - written_at) * 1000)::bigint
                FROM (SELECT u.*, sum(cardinality(gtrids)) OVER (ORDER BY batch) - cardinality(gtrids) AS before
                      FROM (SELECT * FROM unfinished WHERE batch > ? ORDER BY batch LIMIT ?) u) counted
                WHERE before < ? ORDER BY batch
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, after == null ? BEFORE_ALL : after.batch());
            statement.setInt(2, limit);
            statement.setInt(3, limit);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    Batch batch = batch(result);
                    batches.add(batch);
                    transactions += batch.gtrids().size();
                }
            }
        }
        // A batch may name nothing any more, so that a page may be full of batches and short of transactions.
        boolean full = batches.size() >= limit || transactions >= limit;
        return new TrackedBatches(batches, full ? batches.getLast().id() : null);
    }

    private static Batch batch(ResultSet result) throws SQLException {
        Set<Gtrid> gtrids = new LinkedHashSet<>();
        for (Object gtrid : (Object[]) result.getArray(3).getArray()) {
            gtrids.add(new Gtrid((UUID) gtrid));
        }
        return new Batch(
                result.getObject(1, UUID.class),
                result.getObject(2, UUID.class),
                Duration.ofMillis(result.getLong(4)),
                gtrids);
    }

    Optional<Cursor> next() {
        return Optional.ofNullable(last).map(Cursor::new);
    }

    Set<UUID> ids() {
        return batches.stream().map(Batch::id).collect(Collectors.toUnmodifiableSet());
    }
}
