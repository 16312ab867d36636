package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.DecisionRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Which transactions of which batch are still unfinished, as far as this replica has heard. A batch whose transactions are all
 * finished can be deleted with one row; one that keeps a few for long is rewritten without the others. Forgetting any of
 * this costs a repeated delivery. Thread-safe.
 */
final class BatchTracker {

    private static final class Batch {
        private final Set<Gtrid> open = new TreeSet<>();
        private final Set<Gtrid> removed = new TreeSet<>();
        private final long sinceNanos;

        private Batch(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    /** @param removed finished transactions that the row of the batch still names */
    record Rewrite(UUID batch, List<Gtrid> removed) {}

    private final int batchesMax;
    private final Map<UUID, Batch> batches = new HashMap<>();
    private final List<UUID> done = new ArrayList<>();

    BatchTracker(int batchesMax) {
        this.batchesMax = batchesMax;
    }

    /** Over the bound nothing more is tracked; a later sweep learns of it again. */
    synchronized void track(UUID batch, Collection<Gtrid> unfinished, long nowNanos) {
        if (unfinished.isEmpty()) {
            done.add(batch);
        } else if (batches.containsKey(batch) || batches.size() < batchesMax) {
            batches.computeIfAbsent(batch, b -> new Batch(nowNanos)).open.addAll(unfinished);
        }
    }

    /** What a batch of this replica tracks, and what its row names although another batch tracks it. */
    synchronized void wrote(UUID batch, Collection<Gtrid> unfinished, Collection<Gtrid> lost, long nowNanos) {
        if (unfinished.isEmpty()) {
            done.add(batch);
            return;
        }
        track(batch, unfinished, nowNanos);
        Batch tracked = batches.get(batch);
        if (tracked != null) {
            tracked.removed.addAll(lost);
        }
    }

    synchronized void finished(DecisionRow row) {
        finished(row.batch(), row.gtrid());
    }

    synchronized void finished(UUID id, Gtrid gtrid) {
        Batch batch = batches.get(id);
        if (batch != null && batch.open.remove(gtrid)) {
            batch.removed.add(gtrid);
            if (batch.open.isEmpty()) {
                batches.remove(id);
                done.add(id);
            }
        }
    }

    /** Batches that can go; given out once. */
    synchronized List<UUID> takeDone(int limit) {
        List<UUID> taken = new ArrayList<>(done.subList(0, Math.min(limit, done.size())));
        done.subList(0, taken.size()).clear();
        return taken;
    }

    /** What the row of each batch older than this still names although it is finished; given out once. */
    synchronized List<Rewrite> takeRewrites(long olderThanNanos, long nowNanos) {
        List<Rewrite> rewrites = new ArrayList<>();
        batches.forEach((id, batch) -> {
            if (!batch.removed.isEmpty() && nowNanos - batch.sinceNanos > olderThanNanos) {
                rewrites.add(new Rewrite(id, List.copyOf(batch.removed)));
                batch.removed.clear();
            }
        });
        return rewrites;
    }
}
