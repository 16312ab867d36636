package io.assent.coordinator.adapter.http;

import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Vote;
import io.assent.coordinator.adapter.http.TransactionView.BranchState;
import io.assent.coordinator.adapter.http.TransactionView.BranchView;
import io.assent.coordinator.adapter.http.TransactionView.ReasonView;
import io.assent.coordinator.adapter.http.TransactionView.State;
import io.assent.coordinator.adapter.http.TransactionView.VoteView;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.engine.port.ParticipantGateway.Attempts;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.TransactionRecords.Entry;
import io.assent.coordinator.engine.port.TransactionRecords.HeuristicRecord;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.Conversation.TargetState;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what the row says, what this replica has in memory, and what the gateway is trying. */
public final class TransactionViews {

    private final ParticipantGateway gateway;
    private final Scheduler scheduler;

    public TransactionViews(ParticipantGateway gateway, Scheduler scheduler) {
        this.gateway = gateway;
        this.scheduler = scheduler;
    }

    /** A transaction that has a row in the log, which alone says the outcome. */
    TransactionView decided(Entry.Decided entry, @Nullable Conversation inMemory) {
        DecisionRow row = entry.row();
        List<BranchView> branches = new ArrayList<>();
        Map<BranchId, TargetState> targets = targets(inMemory);
        for (ListedBranch branch : row.branches()) {
            branches.add(told(row, branch, branchState(branch, entry, targets), entry.heuristics()));
        }
        if (inMemory instanceof Conversation.Delivering delivering) {
            Set<BranchId> listed = row.listed();
            delivering.targets().stream()
                    .filter(t -> !listed.contains(t.branch().id()))
                    .forEach(t -> branches.add(told(row, t.branch(), state(t.state()), entry.heuristics())));
        }
        return view(
                row,
                state(row.decision(), entry.progress()),
                branches,
                entry.finishedAt().orElse(null));
    }

    /** A transaction without a row, as this replica has it in memory; empty if it has nothing. */
    Optional<TransactionView> undecided(Conversation conversation) {
        return switch (conversation) {
            case Conversation.Active active ->
                Optional.of(undecided(
                        active.gtrid(),
                        State.ACTIVE,
                        active.labels(),
                        active.enlisted().stream().map(this::enlisted).toList()));
            case Conversation.Preparing p ->
                Optional.of(undecided(p.gtrid(), State.PREPARING, p.labels(), preparing(p)));
            case Conversation.Deciding d ->
                Optional.of(undecided(
                        d.gtrid(),
                        State.DECIDING,
                        Map.of(),
                        d.known().stream()
                                .map(b -> branch(d.gtrid(), b, VoteView.UNKNOWN, BranchState.VOTED, null))
                                .toList()));
            case Conversation.Delivering d ->
                Optional.of(decided(
                        new Entry.Decided(d.row(), Progress.UNFINISHED, Optional.empty(), List.of()), conversation));
            case Conversation.Finished f ->
                Optional.of(
                        decided(new Entry.Decided(f.row(), f.progress(), Optional.empty(), List.of()), conversation));
            case Conversation.Unknown _, Conversation.Gone _ -> Optional.empty();
        };
    }

    private TransactionView undecided(Gtrid gtrid, State state, Map<String, String> labels, List<BranchView> branches) {
        long mintedAt = gtrid.mintedAtMillis();
        return new TransactionView(
                gtrid.toString(),
                state,
                null,
                null,
                labels,
                branches,
                Instant.ofEpochMilli(mintedAt),
                null,
                null,
                scheduler.wallMillis() - mintedAt,
                null);
    }

    private TransactionView view(
            DecisionRow row, State state, List<BranchView> branches, @Nullable Instant finishedAt) {
        long now = scheduler.wallMillis();
        long mintedAt = row.gtrid().mintedAtMillis();
        return new TransactionView(
                row.gtrid().toString(),
                state,
                row.decision(),
                row.abortReason().map(r -> new ReasonView(r.code(), r.detail())).orElse(null),
                row.labels(),
                branches,
                Instant.ofEpochMilli(mintedAt),
                row.decidedAt(),
                finishedAt,
                now - mintedAt,
                now - row.decidedAt().toEpochMilli());
    }

    private BranchView enlisted(Branch branch) {
        VoteView vote = switch (branch.vote()) {
            case Vote.Prepared _ -> VoteView.PREPARED;
            case Vote.ReadOnly _ -> VoteView.READ_ONLY;
            case Vote.No _ -> VoteView.NO;
            case null -> VoteView.MISSING;
        };
        return new BranchView(
                branch.id().participant().value(),
                branch.id().bqual().value(),
                branch.inquiring() == Inquiring.CAN,
                vote,
                BranchState.ENLISTED,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private List<BranchView> preparing(Conversation.Preparing p) {
        List<BranchView> branches = new ArrayList<>();
        for (int i = 0; i < p.list().size(); i++) {
            ListedBranch branch = p.list().get(i);
            branches.add(
                    switch (p.votes().get(i)) {
                        case MISSING -> branch(p.gtrid(), branch, VoteView.MISSING, BranchState.ASKED, null);
                        case YES -> {
                            VoteView vote = branch.isTold() ? VoteView.PREPARED : VoteView.READ_ONLY;
                            yield branch(p.gtrid(), branch, vote, BranchState.VOTED, null);
                        }
                    });
        }
        return branches;
    }

    private BranchView told(DecisionRow row, ListedBranch branch, BranchState state, List<HeuristicRecord> heuristics) {
        VoteView vote = switch (branch.phaseTwo()) {
            case TOLD -> row.decision() == Decision.COMMIT ? VoteView.PREPARED : VoteView.UNKNOWN;
            case READ_ONLY -> VoteView.READ_ONLY;
            case VOTED_NO -> VoteView.NO;
        };
        HeuristicRecord heuristic = heuristics.stream()
                .filter(h -> h.branch().equals(branch.id()))
                .findFirst()
                .orElse(null);
        return branch(row.gtrid(), branch, vote, heuristic == null ? state : BranchState.HEURISTIC, heuristic);
    }

    private BranchView branch(
            Gtrid gtrid, ListedBranch branch, VoteView vote, BranchState state, @Nullable HeuristicRecord heuristic) {
        BranchId id = branch.id();
        Attempts attempts = gateway.attempts(gtrid, id).orElse(null);
        return new BranchView(
                id.participant().value(),
                id.bqual().value(),
                branch.inquiring() == Inquiring.CAN,
                vote,
                state,
                attempts == null ? null : attempts.count(),
                attempts == null || attempts.lastError().isEmpty() ? null : attempts.lastError(),
                attempts == null ? null : attempts.silentSince().orElse(null),
                attempts == null ? null : attempts.nextAt().orElse(null),
                heuristic == null ? null : heuristic.heuristic().kind(),
                heuristic == null ? null : heuristic.heuristic().detail());
    }

    /** What is delivered here; null if this replica delivers nothing of the transaction. */
    private static @Nullable Map<BranchId, TargetState> targets(@Nullable Conversation inMemory) {
        if (!(inMemory instanceof Conversation.Delivering delivering)) {
            return null;
        }
        Map<BranchId, TargetState> targets = new HashMap<>();
        delivering.targets().forEach(t -> targets.putIfAbsent(t.branch().id(), t.state()));
        return targets;
    }

    private static BranchState branchState(
            ListedBranch branch, Entry.Decided entry, @Nullable Map<BranchId, TargetState> targets) {
        if (!branch.isTold()) {
            return BranchState.NOTHING_TO_TELL;
        }
        if (targets != null) {
            TargetState delivered = targets.get(branch.id());
            return delivered == null ? BranchState.DONE : state(delivered);
        }
        return entry.progress() == Progress.UNFINISHED ? BranchState.PENDING : BranchState.DONE;
    }

    private static BranchState state(TargetState state) {
        return switch (state) {
            case OPEN, RECORDING -> BranchState.PENDING;
            case DONE -> BranchState.DONE;
            case HEURISTIC -> BranchState.HEURISTIC;
        };
    }

    private static State state(Decision decision, Progress progress) {
        return switch (progress) {
            case UNFINISHED -> decision == Decision.COMMIT ? State.COMMITTING : State.ABORTING;
            case FINISHED -> decision == Decision.COMMIT ? State.COMMITTED : State.ABORTED;
            case HEURISTIC -> State.HEURISTIC;
        };
    }
}
