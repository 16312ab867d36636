package io.assent.coordinator.simulation;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog.Cursor;
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.DecisionLog.OverdueIntent;
import io.assent.coordinator.engine.port.DecisionLog.Tracked;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the decision log, as PostgreSQL with one synchronous standby keeps them. A commit is flushed, then
 * waits for the standby, and only then can be seen; a wait that is cancelled, or a restart, shows what the standby may
 * not have, and a fail-over takes that back.
 */
final class LogServer {

    /** A commit: how it shows, and how a fail-over takes it back. */
    private static final class Commit {
        private final long lsn;
        private final Runnable show;
        private final Runnable takeBack;
        private final Runnable durable;
        private final Consumer<Ending> ended;
        private boolean shown;

        private Commit(long lsn, Runnable show, Runnable takeBack, Runnable durable, Consumer<Ending> ended) {
            this.lsn = lsn;
            this.show = show;
            this.takeBack = takeBack;
            this.durable = durable;
            this.ended = ended;
        }
    }

    /** How the wait for the standby ended. */
    enum Ending {
        CONFIRMED,
        /** The row is there; whether the standby has it nobody knows. */
        WARNING,
        /** Below the floor: nothing was written. */
        REFUSED
    }

    record Intent(Map<BranchId, ListedBranch> branches, long deadlineMillis) {}

    private record Heuristics(Set<BranchId> branches) {}

    final Host host;
    private final Timeline timeline;
    private final Trace trace;
    private final Witness witness;
    private final Dice dice;
    private final Set<Mutation> mutations;

    private final TreeMap<Gtrid, DecisionRow> rows = new TreeMap<>();
    private final TreeSet<Gtrid> unfinished = new TreeSet<>();
    private final Map<Gtrid, Long> decidedMillis = new HashMap<>();
    private final TreeMap<Gtrid, Intent> intents = new TreeMap<>();
    private final TreeMap<Gtrid, Heuristics> heuristics = new TreeMap<>();
    /** Every branch that any durable intent ever named. */
    private final Set<BranchId> intended = new HashSet<>();

    private Gtrid floor = Gtrid.floorOf(0);

    private final List<Commit> unconfirmed = new ArrayList<>();
    final Roll roll;
    private final TableLock floorLock = new TableLock();
    private final KeyLocks keys = new KeyLocks();
    private long lsn;
    private boolean standbyStalled;
    private long slowMillisMax;
    private long clockAheadMillis;

    LogServer(World world, Dice dice) {
        this.host = world.host("log", () -> {}, this::died);
        this.timeline = world.timeline;
        this.trace = world.trace;
        this.witness = world.witness;
        this.dice = dice;
        this.mutations = world.mutations;
        this.roll = new Roll(world.timeline);
    }

    // --- statements

    TableLock floorLock() {
        return floorLock;
    }

    KeyLocks keys() {
        return keys;
    }

    Gtrid floor() {
        return floor;
    }

    boolean hasRow(Gtrid gtrid) {
        return rows.containsKey(gtrid);
    }

    DecisionRow row(Gtrid gtrid) {
        return Objects.requireNonNull(rows.get(gtrid), gtrid::toString);
    }

    /** How long a step of a statement takes. */
    long stepNanos() {
        long slow = slowMillisMax > 0 && dice.chance(300) ? dice.between(0, slowMillisMax) * Timeline.MILLI : 0;
        return dice.between(50_000, 2 * Timeline.MILLI) + slow;
    }

    /** Flushes the commit of these rows, and of their tracking. */
    void commitRows(List<DecisionRow> inserted, Consumer<Ending> ended) {
        Runnable show = () -> inserted.forEach(row -> {
            rows.put(row.gtrid(), row);
            decidedMillis.put(row.gtrid(), clockMillis());
            if (row.branches().stream().anyMatch(ListedBranch::isTold)) {
                unfinished.add(row.gtrid());
            }
            if (mutations.contains(Mutation.INTENT_KEEP)) {
                intents.remove(row.gtrid());
            }
        });
        Runnable takeBack = () -> inserted.forEach(row -> {
            trace.note("log", witness.nameOf(row.gtrid()), "loses its row");
            rows.remove(row.gtrid());
            unfinished.remove(row.gtrid());
        });
        commit(show, takeBack, () -> inserted.forEach(witness::rowDurable), ended);
    }

    /** A write that changes nothing, to have what was read before it confirmed (rule R18). */
    void confirm(Consumer<Ending> ended) {
        commit(() -> {}, () -> {}, () -> {}, ended);
    }

    Map<Gtrid, Found> read(Collection<Gtrid> gtrids) {
        Map<Gtrid, Found> found = new LinkedHashMap<>();
        for (Gtrid gtrid : gtrids) {
            DecisionRow row = rows.get(gtrid);
            if (row != null) {
                found.put(gtrid, new Found.Row(row, progress(gtrid)));
            } else {
                found.put(gtrid, gtrid.compareTo(floor) < 0 ? new Found.BelowFloor() : new Found.NoRow());
            }
        }
        return found;
    }

    Progress progress(Gtrid gtrid) {
        if (unfinished.contains(gtrid)) {
            return Progress.UNFINISHED;
        }
        return heuristics.containsKey(gtrid) ? Progress.HEURISTIC : Progress.FINISHED;
    }

    /** @param tracked of whole batches */
    record TrackedPage(List<Tracked> tracked, Optional<Cursor> next) {}

    /** What is tracked of the batches after a cursor, as the table is read: without the rows. */
    TrackedPage tracked(@Nullable Cursor after, int limit) {
        List<DecisionRow> open = new ArrayList<>(unfinishedRows());
        open.sort(Comparator.comparing(DecisionRow::batch, LogServer::compare));
        List<Tracked> page = new ArrayList<>();
        UUID last = null;
        for (DecisionRow row : open) {
            UUID batch = row.batch();
            if (after != null && compare(batch, after.batch()) <= 0) {
                continue;
            }
            if (page.size() >= limit && !batch.equals(last)) {
                return new TrackedPage(page, Optional.ofNullable(last).map(Cursor::new));
            }
            last = batch;
            long age = clockMillis() - decidedMillis.getOrDefault(row.gtrid(), 0L);
            page.add(new Tracked(row.gtrid(), Optional.of(writerOf(batch)), Duration.ofMillis(age)));
        }
        return new TrackedPage(page, Optional.empty());
    }

    private static int compare(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }

    private static UUID writerOf(UUID batch) {
        return new UUID(batch.getMostSignificantBits(), batch.getLeastSignificantBits() & ~0xFFFF_FFFFL);
    }

    List<OverdueIntent> overdueIntents(@Nullable OverdueIntent after, int limit) {
        Comparator<OverdueIntent> order =
                Comparator.comparing(OverdueIntent::deadline).thenComparing(OverdueIntent::gtrid);
        long now = clockMillis();
        return intents.entrySet().stream()
                .filter(e -> e.getValue().deadlineMillis < now)
                .map(e -> new OverdueIntent(
                        e.getKey(),
                        List.copyOf(e.getValue().branches().values()),
                        Instant.ofEpochMilli(e.getValue().deadlineMillis),
                        Duration.ofMillis(now - e.getValue().deadlineMillis)))
                .filter(i -> after == null || order.compare(i, after) > 0)
                .sorted(order)
                .limit(limit)
                .toList();
    }

    List<DecisionRow> unfinishedRows() {
        return unfinished.stream().map(this::row).toList();
    }

    Map<Gtrid, Intent> intents() {
        return intents;
    }

    boolean everIntended(BranchId branch) {
        return intended.contains(branch);
    }

    void recordIntent(Gtrid gtrid, List<ListedBranch> branches, long deadlineMillis, Consumer<Ending> ended) {
        Map<BranchId, ListedBranch> named = new LinkedHashMap<>();
        branches.forEach(b -> named.put(b.id(), b));
        Object owner = new Object();
        floorLock.share(owner, () -> {
            if (gtrid.compareTo(floor) < 0) {
                floorLock.release(owner);
                ended.accept(Ending.REFUSED);
            } else {
                insertIntent(gtrid, named, deadlineMillis, ending -> {
                    floorLock.release(owner);
                    ended.accept(ending);
                });
            }
        });
    }

    private void insertIntent(
            Gtrid gtrid, Map<BranchId, ListedBranch> named, long deadlineMillis, Consumer<Ending> ended) {
        Intent[] before = new Intent[1];
        commit(
                () -> {
                    before[0] = intents.get(gtrid);
                    Map<BranchId, ListedBranch> all = new LinkedHashMap<>();
                    if (before[0] != null) {
                        all.putAll(before[0].branches());
                    }
                    named.forEach(all::putIfAbsent);
                    intents.put(gtrid, new Intent(all, before[0] == null ? deadlineMillis : before[0].deadlineMillis));
                },
                () -> {
                    if (before[0] == null) {
                        intents.remove(gtrid);
                    } else {
                        intents.put(gtrid, before[0]);
                    }
                },
                () -> intended.addAll(named.keySet()),
                ended);
    }

    void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {
        Intent before = intents.get(gtrid);
        if (before != null && resolved.containsAll(before.branches().keySet())) {
            commit(() -> intents.remove(gtrid, before), () -> intents.put(gtrid, before), () -> {}, _ -> {});
        }
    }

    void recordHeuristic(
            DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Consumer<Ending> ended) {
        commit(
                () -> heuristics
                        .computeIfAbsent(row.gtrid(), _ -> new Heuristics(new TreeSet<>()))
                        .branches()
                        .add(branch),
                () -> {
                    Heuristics left = heuristics.get(row.gtrid());
                    if (left != null) {
                        left.branches().remove(branch);
                    }
                },
                () -> witness.heuristicRecorded(
                        row.gtrid(), branch, heuristic.kind().name()),
                ended);
    }

    /** In a commit that nobody waits for. */
    void noteFinished(Gtrid gtrid) {
        boolean[] was = new boolean[1];
        Commit commit = commit(
                () -> was[0] = unfinished.remove(gtrid),
                () -> {
                    if (was[0] && rows.containsKey(gtrid)) {
                        unfinished.add(gtrid);
                    }
                },
                () -> {},
                _ -> {});
        show(commit);
    }

    // --- pruning

    /** Not over an intent that is undecided. */
    void raiseFloor(Gtrid wanted, Consumer<Ending> ended) {
        Gtrid target = intents.keySet().stream()
                .filter(gtrid -> !rows.containsKey(gtrid) && gtrid.compareTo(wanted) < 0)
                .findFirst()
                .orElse(wanted);
        Gtrid[] before = new Gtrid[1];
        commit(
                () -> {
                    before[0] = floor;
                    floor = target.compareTo(floor) > 0 ? target : floor;
                },
                () -> floor = before[0],
                () -> witness.floorRaised(target),
                ended);
    }

    void deleteRows(Consumer<Ending> ended) {
        List<DecisionRow> going = new ArrayList<>();
        for (DecisionRow row : rows.values()) {
            boolean below = row.gtrid().compareTo(floor) < 0 || mutations.contains(Mutation.PRUNE_RET);
            boolean finished = !unfinished.contains(row.gtrid()) || mutations.contains(Mutation.PRUNE_ACKED);
            boolean wanted = intents.containsKey(row.gtrid()) || heuristics.containsKey(row.gtrid());
            if (below && finished && !wanted) {
                going.add(row);
            }
        }
        Set<Gtrid> tracked = new TreeSet<>();
        commit(
                () -> going.forEach(row -> {
                    rows.remove(row.gtrid());
                    if (unfinished.remove(row.gtrid())) {
                        tracked.add(row.gtrid());
                    }
                    witness.pruned(row.gtrid());
                }),
                () -> going.forEach(row -> {
                    rows.put(row.gtrid(), row);
                    if (tracked.contains(row.gtrid())) {
                        unfinished.add(row.gtrid());
                    }
                    witness.unpruned(row.gtrid());
                }),
                () -> {},
                ended);
    }

    // --- what happens to the server

    void stallStandby() {
        trace.note("log", "", "the standby falls behind");
        standbyStalled = true;
    }

    void resumeStandby() {
        standbyStalled = false;
        confirmUpTo(lsn);
    }

    /** The server's clock; it need not be right, and may be set back. */
    long clockMillis() {
        return timeline.nowMillis() + clockAheadMillis;
    }

    void setClock(long aheadMillis) {
        trace.note("log", "", "has its clock set " + aheadMillis + " ms ahead");
        clockAheadMillis = aheadMillis;
    }

    void slow(long millisMax) {
        slowMillisMax = millisMax;
    }

    /** Somebody cancels every wait for the standby. */
    void cancelWaits() {
        for (Commit commit : List.copyOf(unconfirmed)) {
            if (!commit.shown) {
                trace.note("log", "", "shows what was not confirmed");
                show(commit);
                commit.ended.accept(Ending.WARNING);
            }
        }
    }

    /** The primary dies and comes back with all that it had flushed. */
    void restart(long downMillis) {
        unconfirmed.forEach(this::show);
        host.dieFor(downMillis);
    }

    /** The standby takes over with what it has; the rest never happened. */
    void failOver(long downMillis) {
        trace.note("log", "", "fails over");
        for (Commit commit : unconfirmed.reversed()) {
            if (commit.shown) {
                commit.takeBack.run();
            }
        }
        unconfirmed.clear();
        standbyStalled = false;
        host.dieFor(downMillis);
    }

    private void died() {
        floorLock.clear();
        keys.clear();
    }

    private Commit commit(Runnable show, Runnable takeBack, Runnable durable, Consumer<Ending> ended) {
        Commit commit = new Commit(++lsn, show, takeBack, durable, ended);
        unconfirmed.add(commit);
        if (mutations.contains(Mutation.SYNC_REP)) {
            show(commit);
            ended.accept(Ending.CONFIRMED);
        }
        if (!standbyStalled) {
            timeline.after(dice.between(100_000, 3 * Timeline.MILLI), () -> {
                if (!standbyStalled && unconfirmed.contains(commit)) {
                    confirmUpTo(commit.lsn);
                }
            });
        }
        return commit;
    }

    /** The standby has everything up to there, for it gets it in order. */
    private void confirmUpTo(long confirmedLsn) {
        List<Commit> confirmed =
                unconfirmed.stream().filter(c -> c.lsn <= confirmedLsn).toList();
        unconfirmed.removeAll(confirmed);
        for (Commit commit : confirmed) {
            commit.durable.run();
            if (!commit.shown) {
                show(commit);
                if (host.isUp()) {
                    commit.ended.accept(Ending.CONFIRMED);
                }
            }
        }
    }

    private void show(Commit commit) {
        if (!commit.shown) {
            commit.shown = true;
            commit.show.run();
        }
    }
}
