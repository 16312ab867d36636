package io.assent.coordinator.protocol;

import io.assent.api.AbortReason.Code;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.coordinator.protocol.Conversation.Active;
import io.assent.coordinator.protocol.Conversation.Intent;
import io.assent.coordinator.protocol.Conversation.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Before commit or rollback is asked for: transactions that are unknown here, and those begun over the HTTP API. */
final class Beginning {

    private final Limits limits;
    private final Voting voting;
    private final Phase2 phase2;

    Beginning(Limits limits, Voting voting, Phase2 phase2) {
        this.limits = limits;
        this.voting = voting;
        this.phase2 = phase2;
    }

    Step step(Unknown unknown, Event event) {
        return switch (event) {
            case Event.Begun e ->
                Step.to(new Active(unknown.gtrid(), List.of(), e.labels()))
                        .sending(new Command.ArmDeadline(e.remaining()))
                        .sending(new Command.Reply(e.ticket(), new Answer.Begun()));
            case Event.EnlistRequested e ->
                Step.to(unknown).sending(new Command.Reply(e.ticket(), new Answer.NotBegun()));
            case Event.CommitRequested e -> {
                List<Branch> list = e.request().branches();
                yield list == null ? abortForgotten(unknown, e) : voting.start(unknown, list, e);
            }
            case Event.RollbackRequested e ->
                Abort.of(unknown.gtrid(), Listing.of(e.request().branches()))
                        .because(Abort.reason(e.request()))
                        .labelled(e.request().labels())
                        .propose(List.of(new Waiter.ForDecision(e.ticket())));
            case Event.InquiredAfterDeadline e ->
                Abort.of(unknown.gtrid(), List.of())
                        .because(Code.INQUIRED_AFTER_DEADLINE, e.inquirer())
                        .propose(List.of(new Waiter.ForDecision(e.ticket())));
            case Event.IntentFound e ->
                Abort.of(unknown.gtrid(), e.branches())
                        .because(Code.DEADLINE_PASSED, "found unfinished after its deadline")
                        .holding(Intent.DURABLE)
                        .propose(List.of());
            case Event.Decided e -> phase2.start(e, List.of(), Intent.NONE, List.of());
            case Event.IntentRecorded _,
                    Event.Voted _,
                    Event.DeadlinePassed _,
                    Event.FoundBelowFloor _,
                    Event.ProposalRefused _,
                    Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.DeliveryAbandoned _,
                    Event.WaitEnded _,
                    Event.PatienceEnded _,
                    Event.RetryRequested _ -> Step.to(unknown);
        };
    }

    Step step(Active active, Event event) {
        return switch (event) {
            case Event.Begun e -> Step.to(active).sending(new Command.Reply(e.ticket(), new Answer.AlreadyBegun()));
            case Event.EnlistRequested e -> enlist(active, e);
            case Event.CommitRequested e -> commit(active, e);
            case Event.RollbackRequested e ->
                abort(active, e.request().branches())
                        .because(Abort.reason(e.request()))
                        .propose(List.of(new Waiter.ForDecision(e.ticket())));
            case Event.InquiredAfterDeadline e ->
                abort(active, List.of())
                        .because(Code.INQUIRED_AFTER_DEADLINE, e.inquirer())
                        .propose(List.of(new Waiter.ForDecision(e.ticket())));
            case Event.DeadlinePassed _ ->
                abort(active, List.of())
                        .because(Code.DEADLINE_PASSED, "commit was not asked for in time")
                        .propose(List.of());
            case Event.Decided e -> phase2.start(e, Listing.of(active.enlisted()), Intent.NONE, List.of());
            case Event.IntentFound e ->
                Abort.of(active.gtrid(), Listing.union(Listing.of(active.enlisted()), e.branches()))
                        .because(Code.DEADLINE_PASSED, "found unfinished after its deadline")
                        .labelled(active.labels())
                        .holding(Intent.DURABLE)
                        .propose(List.of());
            case Event.IntentRecorded _,
                    Event.Voted _,
                    Event.FoundBelowFloor _,
                    Event.ProposalRefused _,
                    Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.DeliveryAbandoned _,
                    Event.WaitEnded _,
                    Event.PatienceEnded _,
                    Event.RetryRequested _ -> Step.to(active);
        };
    }

    /**
     * The client asks to commit what it enlisted, and this replica has no memory of that. It does not guess from having
     * none: it proposes ABORT and answers by whichever row wins.
     */
    private static Step abortForgotten(Unknown unknown, Event.CommitRequested e) {
        return Abort.of(unknown.gtrid(), List.of())
                .because(Code.COORDINATOR_RESTARTED, "no coordinator remembers what was enlisted")
                .labelled(e.request().labels())
                .propose(List.of(
                        new Waiter.ForCommit(e.ticket(), null, e.request().reply())));
    }

    private Step enlist(Active active, Event.EnlistRequested e) {
        Map<BranchId, Branch> all = new LinkedHashMap<>();
        active.enlisted().forEach(b -> all.put(b.id(), b));
        e.branches().forEach(b -> all.put(b.id(), b));
        if (all.size() > limits.branchesMax()) {
            Answer refusal = new Answer.TooManyBranches(all.size(), limits.branchesMax());
            return Step.to(active).sending(new Command.Reply(e.ticket(), refusal));
        }
        Active next = new Active(active.gtrid(), new ArrayList<>(all.values()), active.labels());
        return Step.to(next).sending(new Command.Reply(e.ticket(), new Answer.Enlisted(all.size())));
    }

    private Step commit(Active active, Event.CommitRequested e) {
        List<Branch> list = e.request().branches();
        if (list == null || active.enlisted().isEmpty()) {
            return voting.start(active, list == null ? active.enlisted() : list, e);
        }
        List<BranchId> requested = Listing.ids(list);
        List<BranchId> enlisted = Listing.ids(active.enlisted());
        if (!new TreeSet<>(requested).equals(new TreeSet<>(enlisted))) {
            Answer refusal = new Answer.NotTheEnlisted(requested, enlisted);
            return Step.to(active).sending(new Command.Reply(e.ticket(), refusal));
        }
        return voting.start(active, list, e);
    }

    private static Abort abort(Active active, List<Branch> more) {
        List<ListedBranch> known = Listing.union(Listing.of(active.enlisted()), Listing.of(more));
        return Abort.of(active.gtrid(), known).labelled(active.labels());
    }
}
