package io.assent.coordinator.simulation;

import io.assent.api.AbortReason;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.Backlog;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.simulation.LogServer.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One replica's way to the decision log, as {@code PostgresDecisionLog} and its group commit are: one statement with a
 * batch of proposals at a time, run again until its result is known; reads of rows confirmed by a write.
 */
final class SimulatedLog implements DecisionLog, Backlog {

    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofMillis(250);
    private static final int BATCH_MAX = 4;
    private static final int QUEUE_MAX = 1000;
    private static final long STILL_MILLIS = 20_000;

    private record Entry(Proposal proposal, Consumer<Proposed> then) {}

    private final World world;
    private final Host host;
    private final LogServer server;
    private final List<Entry> queue = new ArrayList<>();
    private boolean writing;
    private long batches;
    private final UUID writer;

    /** @param writer the incarnation of the replica; its batches are told by it */
    SimulatedLog(World world, Host host, UUID writer) {
        this.world = world;
        this.host = host;
        this.server = world.log;
        this.writer = writer;
    }

    // --- decisions

    @Override
    public void propose(Proposal proposed, Consumer<Proposed> then) {
        Proposal proposal = mutated(proposed);
        world.trace.note(
                host.name,
                world.witness.nameOf(proposal.gtrid()),
                "proposes " + proposal.decision()
                        + proposal.abortReason()
                                .map(r -> " because of " + r.code())
                                .orElse(""));
        if (queue.size() >= QUEUE_MAX) {
            then.accept(new Proposed.Refused());
            return;
        }
        if (world.mutated(Mutation.ROW_FIRST) && proposal.decision() == Decision.ABORT) {
            host.soon(() -> then.accept(new Proposed.Won(row(proposal), Progress.UNFINISHED)));
            queue.add(new Entry(proposal, _ -> {}));
        } else {
            queue.add(new Entry(proposal, then));
        }
        if (!writing) {
            writing = true;
            host.soon(this::writeNext);
        }
    }

    private void writeNext() {
        if (queue.isEmpty()) {
            writing = false;
            return;
        }
        List<Entry> taken = new ArrayList<>(queue.subList(0, Math.min(BATCH_MAX, queue.size())));
        queue.subList(0, taken.size()).clear();
        Map<Gtrid, Proposal> byId = new java.util.TreeMap<>();
        taken.forEach(e -> byId.putIfAbsent(e.proposal.gtrid(), e.proposal));
        UUID batch = new UUID(writer.getMostSignificantBits(), writer.getLeastSignificantBits() | ++batches);
        decide(taken, batch, List.copyOf(byId.values()));
    }

    private void decide(List<Entry> entries, UUID batch, List<Proposal> proposals) {
        String what = "decide " + names(proposals);
        this.<Decide.Result>ask(
                what,
                reply -> new Decide(world, batch, proposals, reply).start(),
                result -> {
                    if (result.ending() == Ending.WARNING) {
                        unknown(entries, batch, proposals);
                    } else {
                        resolve(entries, batch, proposals, result.rows());
                    }
                },
                () -> unknown(entries, batch, proposals));
    }

    private void unknown(List<Entry> entries, UUID batch, List<Proposal> proposals) {
        world.trace.note(host.name, "", "does not know what became of " + names(proposals));
        if (world.mutated(Mutation.NO_INFER)) {
            entries.forEach(e -> e.then.accept(new Proposed.Won(aborted(e.proposal), Progress.UNFINISHED)));
            writeNext();
            return;
        }
        host.after(RETRY_AFTER, () -> decide(entries, batch, proposals));
    }

    /** How far the others' rows have come, and whether refused ids have a row, needs one more look. */
    private void resolve(List<Entry> entries, UUID batch, List<Proposal> proposals, Map<Gtrid, DecisionRow> rows) {
        Map<Gtrid, Proposed> results = new LinkedHashMap<>();
        List<Gtrid> lost = new ArrayList<>();
        for (Proposal p : proposals) {
            DecisionRow row = rows.get(p.gtrid());
            if (row != null && row.batch().equals(batch)) {
                boolean told = row.branches().stream().anyMatch(ListedBranch::isTold);
                results.put(p.gtrid(), new Proposed.Won(row, told ? Progress.UNFINISHED : Progress.FINISHED));
            } else if (row != null && world.mutated(Mutation.READ_BACK)) {
                results.put(p.gtrid(), new Proposed.Won(row(p), Progress.UNFINISHED));
            } else {
                lost.add(p.gtrid());
            }
        }
        if (lost.isEmpty()) {
            answer(entries, results);
            return;
        }
        this.<Map<Gtrid, Found>>ask(
                "look " + names(proposals),
                reply -> reply.accept(server.read(lost)),
                found -> {
                    boolean defect = false;
                    for (Gtrid gtrid : lost) {
                        DecisionRow winner = rows.get(gtrid);
                        switch (found.getOrDefault(gtrid, new Found.Unavailable())) {
                            case Found.Row r ->
                                results.put(gtrid, new Proposed.Won(winner == null ? r.row() : winner, r.progress()));
                            case Found.BelowFloor _ ->
                                results.put(
                                        gtrid,
                                        winner == null
                                                ? new Proposed.BelowFloor()
                                                : new Proposed.Won(winner, Progress.FINISHED));
                            case Found.NoRow _, Found.Unavailable _ -> defect = true;
                        }
                    }
                    if (defect) {
                        unknown(entries, batch, proposals);
                    } else {
                        answer(entries, results);
                    }
                },
                () -> unknown(entries, batch, proposals));
    }

    private void answer(List<Entry> entries, Map<Gtrid, Proposed> results) {
        for (Entry entry : entries) {
            entry.then.accept(results.getOrDefault(entry.proposal.gtrid(), new Proposed.Unreadable()));
        }
        writeNext();
    }

    // --- reads

    @Override
    public void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then) {
        List<Gtrid> asked = List.copyOf(gtrids);
        Runnable unavailable = () -> {
            Map<Gtrid, Found> found = new LinkedHashMap<>();
            asked.forEach(gtrid -> found.put(gtrid, new Found.Unavailable()));
            then.accept(found);
        };
        this.<Map<Gtrid, Found>>ask(
                "read " + asked.size(),
                reply -> answerConfirmed(server.read(asked), reply),
                found -> {
                    if (world.mutated(Mutation.ONE_SNAP)) {
                        readFloor(found, then, unavailable);
                    } else {
                        then.accept(adjusted(asked, found));
                    }
                },
                unavailable);
    }

    /** The floor in a later snapshot than the rows; much later, if the process stands still between the two. */
    private void readFloor(Map<Gtrid, Found> found, Consumer<Map<Gtrid, Found>> then, Runnable unavailable) {
        long still = Math.floorMod(world.timeline.nowNanos(), 2L) == 0 ? 0 : STILL_MILLIS;
        host.after(Duration.ofMillis(still), () -> askFloor(found, then, unavailable));
    }

    private void askFloor(Map<Gtrid, Found> found, Consumer<Map<Gtrid, Found>> then, Runnable unavailable) {
        this.<Gtrid>ask(
                "read floor",
                reply -> reply.accept(server.floor()),
                floor -> {
                    Map<Gtrid, Found> later = new LinkedHashMap<>(found);
                    later.replaceAll((gtrid, f) ->
                            f instanceof Found.NoRow && gtrid.compareTo(floor) < 0 ? new Found.BelowFloor() : f);
                    then.accept(later);
                },
                unavailable);
    }

    private void answerConfirmed(Map<Gtrid, Found> found, Consumer<Map<Gtrid, Found>> reply) {
        boolean row = found.values().stream().anyMatch(Found.Row.class::isInstance);
        if (!row || world.mutated(Mutation.DUR_READ)) {
            reply.accept(found);
        } else {
            server.confirm(ending -> {
                if (ending == Ending.CONFIRMED) {
                    reply.accept(found);
                }
            });
        }
    }

    private Map<Gtrid, Found> adjusted(List<Gtrid> asked, Map<Gtrid, Found> found) {
        if (!world.mutated(Mutation.ABSENT_LATE)) {
            return found;
        }
        Map<Gtrid, Found> hasty = new LinkedHashMap<>(found);
        asked.forEach(gtrid ->
                hasty.computeIfPresent(gtrid, (_, f) -> f instanceof Found.NoRow ? new Found.BelowFloor() : f));
        return hasty;
    }

    @Override
    public void noteFinished(DecisionRow row) {
        tell("finished " + world.witness.nameOf(row.gtrid()), () -> server.noteFinished(row.gtrid()));
    }

    @Override
    public boolean holds(Gtrid gtrid) {
        return true;
    }

    @Override
    public void unfinished(@Nullable Cursor after, int limit, Predicate<Tracked> wanted, Consumer<Page> then) {
        Runnable failed = () -> then.accept(new Page(List.of(), Optional.empty(), Availability.UNAVAILABLE));
        this.<LogServer.TrackedPage>ask(
                "unfinished",
                reply -> reply.accept(server.tracked(after, limit)),
                page -> {
                    List<Gtrid> open = page.tracked().stream()
                            .filter(wanted)
                            .map(Tracked::gtrid)
                            .toList();
                    if (open.isEmpty()) {
                        then.accept(new Page(List.of(), page.next(), Availability.AVAILABLE));
                    } else {
                        rows(open, page.next(), then, failed);
                    }
                },
                failed);
    }

    private void rows(List<Gtrid> open, Optional<Cursor> next, Consumer<Page> then, Runnable failed) {
        this.<Map<Gtrid, Found>>ask(
                "rows",
                reply -> answerConfirmed(server.read(open), reply),
                found -> {
                    List<DecisionRow> rows = new ArrayList<>();
                    open.forEach(gtrid -> {
                        if (found.get(gtrid) instanceof Found.Row(DecisionRow row, Progress progress)
                                && progress == Progress.UNFINISHED) {
                            rows.add(row);
                        }
                    });
                    then.accept(new Page(rows, next, Availability.AVAILABLE));
                },
                failed);
    }

    // --- bookkeeping

    @Override
    public void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then) {
        if (world.mutated(Mutation.INTENT_FIRST)) {
            host.soon(then);
            return;
        }
        untilDone(
                "intend " + world.witness.nameOf(gtrid),
                reply -> server.recordIntent(gtrid, branches, server.clockMillis() + remaining.toMillis(), reply),
                then);
    }

    @Override
    public void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {
        List<BranchId> done = List.copyOf(resolved);
        tell("drop intent " + world.witness.nameOf(gtrid), () -> server.dropIntent(gtrid, done));
    }

    @Override
    public void recordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Runnable then) {
        untilDone("heuristic " + branch.bqual(), reply -> server.recordHeuristic(row, branch, heuristic, reply), then);
    }

    @Override
    public void overdueIntents(@Nullable OverdueIntent after, int limit, Consumer<List<OverdueIntent>> then) {
        this.<List<OverdueIntent>>ask(
                "intents",
                reply -> reply.accept(server.overdueIntents(after, limit)),
                then,
                () -> then.accept(List.of()));
    }

    private void untilDone(String what, Network.Service<Ending> statement, Runnable then) {
        Runnable again = () -> host.after(RETRY_AFTER, () -> untilDone(what, statement, then));
        this.<Ending>ask(
                what,
                statement,
                ending -> {
                    switch (ending) {
                        case CONFIRMED -> then.run();
                        case WARNING -> again.run();
                        case REFUSED -> {}
                    }
                },
                again);
    }

    private void tell(String what, Runnable statement) {
        this.<Boolean>ask(
                what,
                reply -> {
                    statement.run();
                    reply.accept(true);
                },
                _ -> {},
                () -> {});
    }

    /** Calls exactly one of both. */
    private <A> void ask(String what, Network.Service<A> statement, Consumer<A> replied, Runnable failed) {
        boolean[] over = new boolean[1];
        Runnable fail = () -> {
            if (!over[0]) {
                over[0] = true;
                failed.run();
            }
        };
        var timeout = host.after(SOCKET_TIMEOUT, fail);
        world.network.call(
                host,
                server.host,
                what,
                statement,
                (A answer) -> {
                    if (!over[0]) {
                        over[0] = true;
                        timeout.cancel();
                        replied.accept(answer);
                    }
                },
                fail);
    }

    // --- rules that are left out

    private Proposal mutated(Proposal p) {
        List<ListedBranch> branches = p.branches();
        if (p.decision() == Decision.COMMIT && world.mutated(Mutation.LIST_FULL)) {
            branches = branches.stream()
                    .filter(b -> b.phaseTwo() != PhaseTwo.READ_ONLY)
                    .toList();
        }
        if (p.decision() == Decision.COMMIT && world.mutated(Mutation.RO_MARK)) {
            branches = branches.stream()
                    .map(b -> new ListedBranch(b.id(), b.inquiring(), PhaseTwo.TOLD, b.evidence()))
                    .toList();
        }
        boolean missing = p.abortReason()
                .filter(r -> r.code() == AbortReason.Code.NO_VOTE || r.code() == AbortReason.Code.VOTED_NO)
                .isPresent();
        if (missing && world.mutated(Mutation.VOTE_ALL)) {
            return new Proposal(p.gtrid(), Decision.COMMIT, branches, null, p.labels());
        }
        return new Proposal(p.gtrid(), p.decision(), branches, p.reason(), p.labels());
    }

    private static DecisionRow row(Proposal p) {
        return new DecisionRow(
                p.gtrid(), p.decision(), p.branches(), p.reason(), p.labels(), new UUID(0, 0), Instant.EPOCH);
    }

    private static DecisionRow aborted(Proposal p) {
        AbortReason reason = new AbortReason(AbortReason.Code.ROLLBACK_REQUESTED, "inferred");
        return new DecisionRow(
                p.gtrid(), Decision.ABORT, p.branches(), reason, p.labels(), new UUID(0, 0), Instant.EPOCH);
    }

    private String names(Collection<Proposal> proposals) {
        StringBuilder names = new StringBuilder();
        proposals.forEach(p -> names.append(world.witness.nameOf(p.gtrid())).append(' '));
        return names.toString().strip();
    }
}
