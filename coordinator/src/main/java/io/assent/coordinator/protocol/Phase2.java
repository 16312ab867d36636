package io.assent.coordinator.protocol;

import io.assent.api.BranchId;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Decision;
import io.assent.api.OutcomeReply.Applied;
import io.assent.coordinator.protocol.Conversation.Delivering;
import io.assent.coordinator.protocol.Conversation.Finished;
import io.assent.coordinator.protocol.Conversation.Intent;
import io.assent.coordinator.protocol.Conversation.Target;
import io.assent.coordinator.protocol.Conversation.TargetState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Phase two: the winning row is told to the clients that wait and carried to every branch. */
final class Phase2 {

    /**
     * @param known branches that this replica has heard of; one that the row does not list is told ABORT (rule R8)
     */
    Step start(Event.Decided decided, List<ListedBranch> known, Intent intent, List<Waiter> waiters) {
        DecisionRow row = decided.row();
        List<Target> targets = new ArrayList<>();
        if (decided.progress() == Progress.UNFINISHED) {
            row.branches().stream().filter(ListedBranch::isTold).forEach(b -> targets.add(open(b)));
        }
        targets.addAll(unlisted(row, known));
        List<Command> deliveries = deliveries(row, targets);
        return settle(new Delivering(row, targets, intent, decided.progress(), waiters))
                .sendingAll(deliveries);
    }

    Step step(Delivering delivering, Event event) {
        return switch (event) {
            case Event.Acknowledged e -> acknowledged(delivering, e);
            case Event.HeuristicRecorded e -> settle(mark(delivering, e.branch(), TargetState.HEURISTIC));
            case Event.DeliveryAbandoned e -> settle(mark(delivering, e.branch(), TargetState.DONE));
            case Event.CommitRequested e -> settle(with(delivering, Voting.waiter(e)));
            case Event.RollbackRequested e -> {
                Step extended = extend(delivering, Listing.of(e.request().branches()), delivering.intent());
                Delivering next = (Delivering) extended.next();
                yield settle(with(next, new Waiter.ForDecision(e.ticket()))).sendingAll(extended.send());
            }
            case Event.InquiredAfterDeadline e -> settle(with(delivering, new Waiter.ForDecision(e.ticket())));
            case Event.IntentFound e -> extend(delivering, e.branches(), Intent.DURABLE);
            case Event.IntentRecorded e -> extend(delivering, e.branches(), Intent.DURABLE);
            case Event.RetryRequested _ ->
                Step.to(delivering).sendingAll(deliveries(delivering.row(), delivering.targets()));
            case Event.WaitEnded e -> endWait(delivering, e.ticket());
            case Event.PatienceEnded e -> endWait(delivering, e.ticket());
            case Event.Begun e -> reply(delivering, e.ticket(), new Answer.AlreadyDeciding());
            case Event.EnlistRequested e -> reply(delivering, e.ticket(), new Answer.AlreadyDeciding());
            case Event.Voted _,
                    Event.DeadlinePassed _,
                    Event.Decided _,
                    Event.FoundBelowFloor _,
                    Event.ProposalRefused _ -> Step.to(delivering);
        };
    }

    /** A finished conversation is only ever a step's result; what comes later begins anew from the log. */
    Step step(Finished finished, Event event) {
        Delivering again = new Delivering(finished.row(), List.of(), Intent.NONE, finished.progress(), List.of());
        return switch (event) {
            case Event.CommitRequested e -> settle(with(again, Voting.waiter(e)));
            case Event.RollbackRequested e -> settle(with(again, new Waiter.ForDecision(e.ticket())));
            case Event.InquiredAfterDeadline e -> settle(with(again, new Waiter.ForDecision(e.ticket())));
            case Event.IntentFound e -> tellUnlisted(again, e.branches());
            case Event.IntentRecorded e -> tellUnlisted(again, e.branches());
            case Event.Begun e -> reply(finished, e.ticket(), new Answer.AlreadyDeciding());
            case Event.EnlistRequested e -> reply(finished, e.ticket(), new Answer.AlreadyDeciding());
            case Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.DeliveryAbandoned _,
                    Event.RetryRequested _,
                    Event.WaitEnded _,
                    Event.PatienceEnded _,
                    Event.Voted _,
                    Event.DeadlinePassed _,
                    Event.Decided _,
                    Event.FoundBelowFloor _,
                    Event.ProposalRefused _ -> Step.to(finished);
        };
    }

    private static Step tellUnlisted(Delivering again, List<ListedBranch> intent) {
        List<Target> targets = unlisted(again.row(), intent);
        return settle(again.withTargets(targets).withIntent(Intent.DURABLE))
                .sendingAll(deliveries(again.row(), targets));
    }

    private static Step endWait(Delivering delivering, long ticket) {
        Answer answer = new Answer.Told(delivering.row(), applied(delivering));
        return Resolving.without(delivering.waiters(), ticket)
                .map(left -> reply(delivering.withWaiters(left), ticket, answer))
                .orElse(Step.to(delivering));
    }

    private static Step acknowledged(Delivering delivering, Event.Acknowledged e) {
        Optional<Target> target = delivering.targets().stream()
                .filter(t -> t.branch().id().equals(e.branch()) && t.state() == TargetState.OPEN)
                .findFirst();
        if (target.isEmpty()) {
            return Step.to(delivering);
        }
        return switch (e.acknowledgement()) {
            case Acknowledgement.Applied _ -> settle(mark(delivering, e.branch(), TargetState.DONE));
            case Acknowledgement.Heuristic heuristic ->
                Step.to(mark(delivering, e.branch(), TargetState.RECORDING))
                        .persisting(new LogRecord.RecordHeuristic(delivering.row(), e.branch(), heuristic));
        };
    }

    /** Answers whoever can be answered now, and finishes if every branch has acknowledged. */
    private static Step settle(Delivering delivering) {
        boolean done = isDone(delivering);
        Applied applied = applied(delivering);
        List<Command> replies = new ArrayList<>();
        List<Waiter> left = new ArrayList<>();
        for (Waiter waiter : delivering.waiters()) {
            if (done || !waitsForAll(waiter, delivering.row())) {
                replies.add(new Command.Reply(waiter.ticket(), answer(waiter, delivering.row(), applied)));
            } else {
                left.add(waiter);
            }
        }
        if (!done) {
            return Step.to(delivering.withWaiters(left)).sendingAll(replies);
        }
        Progress progress = applied == Applied.HEURISTIC ? Progress.HEURISTIC : Progress.FINISHED;
        Step step = Step.to(new Finished(delivering.row(), progress))
                .sendingAll(replies)
                .sending(new Command.NoteFinished(delivering.row()));
        // RECORDING counts too: the intent may be durable although its confirmation never came.
        boolean intent = delivering.intent() != Intent.NONE;
        return intent ? step.sending(new Command.DropIntent(delivering.gtrid(), resolved(delivering))) : step;
    }

    /** All that this replica knows of is resolved: what the row lists, and what it does not list and was told. */
    private static List<BranchId> resolved(Delivering delivering) {
        Set<BranchId> resolved = new LinkedHashSet<>();
        delivering.row().branches().forEach(b -> resolved.add(b.id()));
        delivering.targets().forEach(t -> resolved.add(t.branch().id()));
        return new ArrayList<>(resolved);
    }

    private static boolean isDone(Delivering delivering) {
        return delivering.targets().stream()
                .allMatch(t -> t.state() == TargetState.DONE || t.state() == TargetState.HEURISTIC);
    }

    /** One heuristic outcome that is on record is worth more than the hope for the rest. */
    private static Applied applied(Delivering delivering) {
        boolean heuristic = delivering.before() == Progress.HEURISTIC
                || delivering.targets().stream().anyMatch(t -> t.state() == TargetState.HEURISTIC);
        return heuristic ? Applied.HEURISTIC : isDone(delivering) ? Applied.YES : Applied.PENDING;
    }

    /** A client learns of an abort at once; only a commit is worth waiting for. */
    private static boolean waitsForAll(Waiter waiter, DecisionRow row) {
        return row.decision() == Decision.COMMIT
                && waiter instanceof Waiter.ForCommit commit
                && commit.reply() == Reply.APPLIED
                && !mismatches(commit, row);
    }

    private static Answer answer(Waiter waiter, DecisionRow row, Applied applied) {
        return switch (waiter) {
            case Waiter.ForCommit commit
            when mismatches(commit, row) ->
                new Answer.ListMismatch(commit.requested() == null ? List.of() : commit.requested(), row);
            case Waiter.ForCommit _, Waiter.ForDecision _ -> new Answer.Told(row, applied);
        };
    }

    /** A client is told COMMITTED only if the row's list is the list it asked for (rule R9). */
    private static boolean mismatches(Waiter.ForCommit commit, DecisionRow row) {
        List<BranchId> requested = commit.requested();
        return row.decision() == Decision.COMMIT && requested != null && !row.lists(requested);
    }

    private static Step extend(Delivering delivering, List<ListedBranch> known, Intent intent) {
        List<Target> targets = new ArrayList<>(delivering.targets());
        Set<BranchId> told = new TreeSet<>();
        targets.forEach(t -> told.add(t.branch().id()));
        List<Target> more = unlisted(delivering.row(), known).stream()
                .filter(m -> !told.contains(m.branch().id()))
                .toList();
        targets.addAll(more);
        return Step.to(delivering.withTargets(targets).withIntent(intent))
                .sendingAll(deliveries(delivering.row(), more));
    }

    private static List<Target> unlisted(DecisionRow row, List<ListedBranch> known) {
        if (known.isEmpty()) {
            return List.of();
        }
        Set<BranchId> listed = row.listed();
        return known.stream()
                .filter(ListedBranch::isTold)
                .filter(k -> !listed.contains(k.id()))
                .map(Phase2::open)
                .toList();
    }

    private static List<Command> deliveries(DecisionRow row, List<Target> targets) {
        List<Command> deliveries = new ArrayList<>();
        for (Target target : targets) {
            if (target.state() == TargetState.OPEN) {
                ListedBranch branch = target.branch();
                deliveries.add(new Command.Deliver(branch, row.decisionFor(branch.id())));
            }
        }
        return deliveries;
    }

    private static Delivering mark(Delivering delivering, BranchId branch, TargetState state) {
        List<Target> targets = new ArrayList<>(delivering.targets());
        targets.replaceAll(t -> t.branch().id().equals(branch) ? new Target(t.branch(), state) : t);
        return delivering.withTargets(targets);
    }

    private static Delivering with(Delivering d, Waiter waiter) {
        return d.withWaiters(Voting.plus(d.waiters(), waiter));
    }

    private static Step reply(Conversation next, long ticket, Answer answer) {
        return Step.to(next).sending(new Command.Reply(ticket, answer));
    }

    private static Target open(ListedBranch branch) {
        return new Target(branch, TargetState.OPEN);
    }
}
