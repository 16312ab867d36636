package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
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
    /** Finished, and their rows not known to be deleted. */
    private final Set<UUID> done = new LinkedHashSet<>();

    BatchTracker(int batchesMax) {
        this.batchesMax = batchesMax;
    }

    /**
     * What a batch of this replica tracks.
     *
     * @param lost what its row names although another batch tracks it
     */
    synchronized void wrote(UUID batch, Collection<Gtrid> unfinished, Collection<Gtrid> lost, long nowNanos) {
        if (unfinished.isEmpty() && lost.isEmpty()) {
            return;
        }
        if (unfinished.isEmpty()) {
            done.add(batch);
        } else if (batches.size() < batchesMax) {
            Batch tracked = new Batch(nowNanos);
            tracked.open.addAll(unfinished);
            tracked.removed.addAll(lost);
            batches.put(batch, tracked);
        }
    }

    /**
     * What the row of a batch names, as a sweep found it. Over the bound nothing more is tracked; a later sweep learns of
     * it again.
     *
     * @return what of it is unfinished, as far as is known here
     */
    synchronized List<Gtrid> found(UUID id, Collection<Gtrid> named, long nowNanos) {
        if (done.contains(id)) {
            return List.of();
        }
        Batch batch = batches.get(id);
        if (batch != null) {
            return named.stream().filter(batch.open::contains).toList();
        }
        if (named.isEmpty()) {
            done.add(id);
        } else if (batches.size() < batchesMax) {
            Batch tracked = new Batch(nowNanos);
            tracked.open.addAll(named);
            batches.put(id, tracked);
        }
        return List.copyOf(named);
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

    /** How far a transaction has come, by what its rows say and by what has finished here and is not written yet. */
    synchronized Progress progress(DecisionRow row, int marks) {
        Batch batch = batches.get(row.batch());
        boolean finishedHere = done.contains(row.batch()) || (batch != null && !batch.open.contains(row.gtrid()));
        return DecisionStatements.progress(finishedHere ? marks & ~1 : marks);
    }

    /** Batches whose rows can go; the same ones again until {@link #deleted}. */
    synchronized List<UUID> done(int limit) {
        return done.stream().limit(limit).toList();
    }

    synchronized void deleted(Collection<UUID> ids) {
        done.removeAll(ids);
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
