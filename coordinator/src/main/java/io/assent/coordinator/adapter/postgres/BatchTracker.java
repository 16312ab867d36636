package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
        private long rewrittenNanos;

        private Batch(long sinceNanos) {
            this.sinceNanos = sinceNanos;
            this.rewrittenNanos = sinceNanos;
        }
    }

    /** @param removed finished transactions that the row of the batch still names */
    record Rewrite(UUID batch, List<Gtrid> removed) {}

    private final int batchesMax;
    /** Ordered as the log orders them, so that a page of it can be compared with a range of this. */
    private final NavigableMap<UUID, Batch> batches = new TreeMap<>(BatchTracker::compare);
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
            markDone(batch);
        } else if (batches.size() < batchesMax) {
            Batch tracked = new Batch(nowNanos);
            tracked.open.addAll(unfinished);
            tracked.removed.addAll(lost);
            batches.put(batch, tracked);
        }
    }

    /**
     * What the row of a batch names, as a sweep found it. What it names no longer another replica has finished. Over the bound
     * nothing more is tracked; a later sweep learns of it again.
     *
     * @param wanted which of those named this replica would take up
     * @param readNanos when the reading began; what was tracked later may have been written later
     * @return what of the wanted is unfinished, as far as is known here
     */
    synchronized List<Gtrid> found(UUID id, Collection<Gtrid> wanted, Set<Gtrid> named, long readNanos) {
        if (done.contains(id)) {
            return List.of();
        }
        Batch batch = batches.get(id);
        if (batch == null && named.isEmpty()) {
            markDone(id);
        } else if (batch == null && !wanted.isEmpty() && batches.size() < batchesMax) {
            Batch tracked = new Batch(readNanos);
            tracked.open.addAll(named);
            batches.put(id, tracked);
        } else if (batch != null) {
            if (batch.sinceNanos - readNanos < 0) {
                batch.open.retainAll(named);
                batch.removed.retainAll(named);
                endIfDone(id, batch);
            }
            return wanted.stream().filter(batch.open::contains).toList();
        }
        return List.copyOf(wanted);
    }

    private void endIfDone(UUID id, Batch batch) {
        if (batch.open.isEmpty()) {
            batches.remove(id);
            markDone(id);
        }
    }

    /** Over the bound it is left to a later sweep. */
    private void markDone(UUID batch) {
        if (done.size() < batchesMax) {
            done.add(batch);
        }
    }

    /**
     * Forgets the batches of a range whose rows are gone: another replica has finished and deleted them, and nobody here would
     * ever hear of it.
     *
     * @param after where the page began, null for the beginning
     * @param last where it ended, null for the end
     * @param seen what it held
     * @param readNanos when the reading began; what was tracked later may have been written later
     */
    synchronized void forgetAbsent(@Nullable UUID after, @Nullable UUID last, Collection<UUID> seen, long readNanos) {
        NavigableMap<UUID, Batch> range = after == null ? batches : batches.tailMap(after, false);
        range = last == null ? range : range.headMap(last, true);
        range.entrySet().removeIf(e -> e.getValue().sinceNanos - readNanos < 0 && !seen.contains(e.getKey()));
    }

    synchronized int tracked() {
        return batches.size();
    }

    synchronized void finished(DecisionRow row) {
        finished(row.batch(), row.gtrid());
    }

    synchronized void finished(UUID id, Gtrid gtrid) {
        Batch batch = batches.get(id);
        if (batch != null && batch.open.remove(gtrid)) {
            batch.removed.add(gtrid);
            endIfDone(id, batch);
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

    synchronized int doneCount() {
        return done.size();
    }

    synchronized void deleted(Collection<UUID> ids) {
        done.removeAll(ids);
    }

    /**
     * What the rows of batches older than this still name although it is finished; of each batch at most once in that time.
     * The same again until {@link #rewritten}.
     */
    synchronized List<Rewrite> rewrites(long olderThanNanos, long nowNanos, int limit) {
        List<Rewrite> rewrites = new ArrayList<>();
        for (Map.Entry<UUID, Batch> each : batches.entrySet()) {
            Batch batch = each.getValue();
            if (!batch.removed.isEmpty() && nowNanos - batch.rewrittenNanos > olderThanNanos) {
                rewrites.add(new Rewrite(each.getKey(), List.copyOf(batch.removed)));
            }
            if (rewrites.size() == limit) {
                break;
            }
        }
        return rewrites;
    }

    synchronized void rewritten(Collection<Rewrite> rewrites, long nowNanos) {
        for (Rewrite rewrite : rewrites) {
            Batch batch = batches.get(rewrite.batch());
            if (batch != null) {
                rewrite.removed().forEach(batch.removed::remove);
                batch.rewrittenNanos = nowNanos;
            }
        }
    }

    private static int compare(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }
}
