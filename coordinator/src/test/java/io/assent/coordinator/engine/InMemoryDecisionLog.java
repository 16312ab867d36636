package io.assent.coordinator.engine;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.Backlog;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A decision log in memory that several engines may share: the first row wins. Answers only when a test lets it
 * ({@link #answerAll}), so that a test chooses what is in flight when something else happens.
 */
final class InMemoryDecisionLog implements DecisionLog, Backlog {

    final Map<Gtrid, DecisionRow> rows = new TreeMap<>();
    final TreeSet<Gtrid> unfinished = new TreeSet<>();
    final Map<Gtrid, List<ListedBranch>> intents = new TreeMap<>();
    final Map<BranchId, Acknowledgement.Heuristic> heuristics = new TreeMap<>();
    final List<Proposal> proposals = new ArrayList<>();
    /** Who wrote what; nobody knows of the others. */
    final Map<Gtrid, UUID> writers = new TreeMap<>();
    /** Of everything that is tracked. */
    Duration age = Duration.ZERO;

    @Nullable
    Gtrid floor;

    /** Whether it tells what is unfinished. */
    boolean available = true;

    private final Deque<Runnable> inFlight = new ArrayDeque<>();

    /** Runs every statement in flight, and those that their answers cause. */
    void answerAll() {
        while (!inFlight.isEmpty()) {
            inFlight.removeFirst().run();
        }
    }

    /** Runs the statement that has been in flight for longest. */
    void answerOne() {
        inFlight.removeFirst().run();
    }

    /** The statements in flight run, but nobody hears of it: the process that sent them is dead. */
    void loseClient() {
        inFlight.clear();
    }

    @Override
    public void propose(Proposal proposal, Consumer<Proposed> then) {
        proposals.add(proposal);
        inFlight.add(() -> then.accept(insert(proposal)));
    }

    /** The row of a transaction that is known to have one. */
    DecisionRow rowOf(Gtrid gtrid) {
        return Objects.requireNonNull(rows.get(gtrid), () -> "no row for " + gtrid);
    }

    Proposed insert(Proposal proposal) {
        if (floor != null && proposal.gtrid().compareTo(floor) < 0) {
            return new Proposed.BelowFloor();
        }
        boolean wins = !rows.containsKey(proposal.gtrid());
        if (wins) {
            rows.put(proposal.gtrid(), row(proposal));
            if (proposal.branches().stream().anyMatch(ListedBranch::isTold)) {
                unfinished.add(proposal.gtrid());
            }
        }
        return new Proposed.Won(rowOf(proposal.gtrid()), progress(proposal.gtrid()));
    }

    @Override
    public void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then) {
        List<Gtrid> asked = List.copyOf(gtrids);
        inFlight.add(() -> {
            Map<Gtrid, Found> found = new LinkedHashMap<>();
            asked.forEach(gtrid -> found.put(gtrid, find(gtrid)));
            then.accept(found);
        });
    }

    @Override
    public void noteFinished(DecisionRow row) {
        unfinished.remove(row.gtrid());
    }

    @Override
    public void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then) {
        inFlight.add(() -> {
            intents.merge(gtrid, branches, InMemoryDecisionLog::both);
            then.run();
        });
    }

    @Override
    public void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {
        intents.computeIfPresent(
                gtrid, (id, branches) -> branches.stream().allMatch(b -> resolved.contains(b.id())) ? null : branches);
    }

    @Override
    public void recordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Runnable then) {
        inFlight.add(() -> {
            heuristics.putIfAbsent(branch, heuristic);
            then.run();
        });
    }

    @Override
    public boolean holds(Gtrid gtrid) {
        return true;
    }

    @Override
    public void unfinished(@Nullable Cursor after, int limit, Predicate<Tracked> wanted, Consumer<Page> then) {
        inFlight.add(() -> {
            if (!available) {
                then.accept(new Page(List.of(), Optional.empty(), Availability.UNAVAILABLE));
                return;
            }
            List<Gtrid> tracked = unfinished.stream()
                    .filter(g -> after == null || g.compareTo(new Gtrid(after.batch())) > 0)
                    .limit(limit)
                    .toList();
            Optional<Cursor> next = tracked.size() < limit
                    ? Optional.empty()
                    : Optional.of(new Cursor(tracked.getLast().value()));
            List<DecisionRow> rows = tracked.stream()
                    .filter(g -> wanted.test(new Tracked(g, Optional.ofNullable(writers.get(g)), age)))
                    .map(this::rowOf)
                    .toList();
            then.accept(new Page(rows, next, Availability.AVAILABLE));
        });
    }

    @Override
    public void overdueIntents(@Nullable OverdueIntent after, int limit, Consumer<List<OverdueIntent>> then) {
        inFlight.add(() -> then.accept(intents.entrySet().stream()
                .map(i -> new OverdueIntent(i.getKey(), i.getValue(), Instant.EPOCH, Duration.ZERO))
                .toList()));
    }

    private static List<ListedBranch> both(List<ListedBranch> first, List<ListedBranch> second) {
        List<ListedBranch> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private Found find(Gtrid gtrid) {
        DecisionRow row = rows.get(gtrid);
        if (row != null) {
            return new Found.Row(row, progress(gtrid));
        }
        return floor != null && gtrid.compareTo(floor) < 0 ? new Found.BelowFloor() : new Found.NoRow();
    }

    private Progress progress(Gtrid gtrid) {
        return unfinished.contains(gtrid) ? Progress.UNFINISHED : Progress.FINISHED;
    }

    private static DecisionRow row(Proposal p) {
        return new DecisionRow(
                p.gtrid(), p.decision(), p.branches(), p.reason(), p.labels(), new UUID(0, 0), Instant.EPOCH);
    }
}
