package io.assent.coordinator.adapter.http;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands in for the log where a test is about HTTP alone. Loses everything with the process. */
@SuppressWarnings("NullAway")
final class MemoryLog implements DecisionLog, TransactionRecords {
    private final TreeMap<Gtrid, DecisionRow> rows = new TreeMap<>();
    private final TreeMap<Gtrid, Progress> progress = new TreeMap<>();
    private final List<HeuristicRecord> heuristics = new ArrayList<>();
    final List<String> audits = new ArrayList<>();

    @Override
    public synchronized void propose(Proposal p, Consumer<Proposed> then) {
        Proposed won;
        synchronized (this) {
            rows.computeIfAbsent(p.gtrid(), g -> {
                progress.put(
                        g,
                        p.branches().stream().anyMatch(ListedBranch::isTold) ? Progress.UNFINISHED : Progress.FINISHED);
                return new DecisionRow(
                        g, p.decision(), p.branches(), p.reason(), p.labels(), new UUID(0, 0), Instant.now());
            });
            won = new Proposed.Won(rows.get(p.gtrid()), progress.get(p.gtrid()));
        }
        Thread.startVirtualThread(() -> then.accept(won));
    }

    @Override
    public void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then) {
        Map<Gtrid, Found> found = new LinkedHashMap<>();
        synchronized (this) {
            for (Gtrid g : gtrids) {
                DecisionRow row = rows.get(g);
                found.put(g, row == null ? new Found.NoRow() : new Found.Row(row, progress.get(g)));
            }
        }
        Thread.startVirtualThread(() -> then.accept(found));
    }

    @Override
    public synchronized void noteFinished(DecisionRow row) {
        progress.computeIfPresent(
                row.gtrid(),
                (_, p) -> p == Progress.UNFINISHED
                        ? (heuristics.stream().anyMatch(h -> h.gtrid().equals(row.gtrid()))
                                ? Progress.HEURISTIC
                                : Progress.FINISHED)
                        : p);
    }

    @Override
    public void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then) {
        Thread.startVirtualThread(then);
    }

    @Override
    public void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {}

    @Override
    public synchronized void recordHeuristic(
            DecisionRow row, BranchId branch, Acknowledgement.Heuristic h, Runnable then) {
        heuristics.add(new HeuristicRecord(row.gtrid(), branch, h, Instant.now(), Optional.empty()));
        Thread.startVirtualThread(then);
    }

    @Override
    public void unfinished(@Nullable Cursor after, int limit, Consumer<DecisionLog.Page> then) {
        Thread.startVirtualThread(
                () -> then.accept(new DecisionLog.Page(List.of(), Optional.empty(), Availability.AVAILABLE)));
    }

    @Override
    public void overdueIntents(int limit, Consumer<List<OverdueIntent>> then) {
        Thread.startVirtualThread(() -> then.accept(List.of()));
    }

    @Override
    public synchronized Entry find(Gtrid g) {
        DecisionRow row = rows.get(g);
        return row == null ? new Entry.Undecided() : decided(row);
    }

    private Entry.Decided decided(DecisionRow row) {
        return new Entry.Decided(
                row,
                progress.getOrDefault(row.gtrid(), Progress.UNFINISHED),
                Optional.empty(),
                heuristics.stream().filter(h -> h.gtrid().equals(row.gtrid())).toList());
    }

    @Override
    public synchronized TransactionRecords.Page list(Filter f, Optional<String> cursor, int limit) {
        List<Entry.Decided> all = rows.descendingMap().values().stream()
                .filter(r ->
                        cursor.map(c -> r.gtrid().toString().compareTo(c) < 0).orElse(true))
                .map(this::decided)
                .filter(e -> f.decision().map(d -> d == e.row().decision()).orElse(true))
                .filter(e -> f.progress().map(d -> d == e.progress()).orElse(true))
                .filter(e -> f.label()
                        .map(l -> l.value().equals(e.row().labels().get(l.key())))
                        .orElse(true))
                .limit(limit + 1L)
                .toList();
        boolean more = all.size() > limit;
        List<Entry.Decided> page = more ? all.subList(0, limit) : all;
        return new TransactionRecords.Page(
                page, more ? Optional.of(page.getLast().row().gtrid().toString()) : Optional.empty());
    }

    @Override
    public synchronized List<HeuristicRecord> openHeuristics(int limit) {
        return heuristics.stream()
                .filter(h -> h.acknowledged().isEmpty())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized int acknowledgeHeuristics(Gtrid gtrid, Operator operator) {
        int n = 0;
        for (int i = 0; i < heuristics.size(); i++) {
            HeuristicRecord h = heuristics.get(i);
            if (h.gtrid().equals(gtrid) && h.acknowledged().isEmpty()) {
                heuristics.set(
                        i,
                        new HeuristicRecord(
                                h.gtrid(), h.branch(), h.heuristic(), h.recordedAt(), Optional.of(operator.by())));
                n++;
            }
        }
        return n;
    }

    @Override
    public synchronized void audit(Gtrid gtrid, String action, Operator operator) {
        audits.add(action);
    }
}
