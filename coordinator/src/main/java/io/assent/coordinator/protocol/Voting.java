package io.assent.coordinator.protocol;

import io.assent.api.AbortReason.Code;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Inquiring;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.Conversation.Active;
import io.assent.coordinator.protocol.Conversation.Deciding;
import io.assent.coordinator.protocol.Conversation.Intent;
import io.assent.coordinator.protocol.Conversation.Preparing;
import io.assent.coordinator.protocol.Conversation.VoteState;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Phase one: from the request to commit to a proposal. */
final class Voting {

    private final Limits limits;
    private final Phase2 phase2;

    Voting(Limits limits, Phase2 phase2) {
        this.limits = limits;
        this.phase2 = phase2;
    }

    /** COMMIT is proposed only with a yes from every listed branch (rules R5, R22). */
    Step start(Conversation from, List<Branch> branches, Event.CommitRequested e) {
        CommitRequest request = e.request();
        List<ListedBranch> list = Listing.of(branches);
        if (list.size() > limits.branchesMax()) {
            Answer refusal = new Answer.TooManyBranches(list.size(), limits.branchesMax());
            return Step.to(from).sending(new Command.Reply(e.ticket(), refusal));
        }
        Map<String, String> labels = labels(from, request);
        // Without a list in the request it is the enlisted branches that are to be committed (rule R9).
        List<Waiter> waiters = List.of(new Waiter.ForCommit(e.ticket(), Listing.ids(branches), request.reply()));
        Abort abort = Abort.of(from.gtrid(), list).labelled(labels);
        Optional<Branch> no =
                branches.stream().filter(b -> b.vote() instanceof Vote.No).findFirst();
        if (no.isPresent() && no.get().vote() instanceof Vote.No(String reason)) {
            return abort.because(Abort.votedNo(no.get().id(), reason)).propose(waiters);
        }
        if (request.remaining().isZero()) {
            return abort.because(Code.DEADLINE_PASSED, "commit was asked for after the deadline")
                    .propose(waiters);
        }
        List<VoteState> votes = list.stream().map(b -> early(b, branches)).toList();
        Preparing preparing = new Preparing(from.gtrid(), list, votes, Intent.NONE, labels, waiters);
        return votes.contains(VoteState.MISSING) ? ask(preparing, e) : proposeCommit(preparing);
    }

    Step step(Preparing preparing, Event event) {
        return switch (event) {
            case Event.Voted e -> voted(preparing, e);
            case Event.IntentRecorded e ->
                preparing.intent() == Intent.RECORDING && covers(e.branches(), preparing.list())
                        ? askMissing(with(preparing, Intent.DURABLE))
                        : Step.to(preparing);
            case Event.CommitRequested e -> Step.to(with(preparing, waiter(e)));
            case Event.RollbackRequested e ->
                abort(preparing, Listing.of(e.request().branches()))
                        .because(Abort.reason(e.request()))
                        .propose(plus(preparing.waiters(), new Waiter.ForDecision(e.ticket())));
            case Event.InquiredAfterDeadline e ->
                abort(preparing, List.of())
                        .because(Code.INQUIRED_AFTER_DEADLINE, e.inquirer())
                        .propose(plus(preparing.waiters(), new Waiter.ForDecision(e.ticket())));
            case Event.DeadlinePassed _ -> silence(preparing, preparing.intent());
            case Event.IntentFound e -> {
                Preparing known = with(preparing, Intent.DURABLE);
                yield abort(known, e.branches())
                        .because(Code.DEADLINE_PASSED, "found unfinished after its deadline")
                        .propose(preparing.waiters());
            }
            case Event.Decided e -> phase2.start(e, preparing.list(), preparing.intent(), preparing.waiters());
            case Event.Begun e -> reply(preparing, e.ticket(), new Answer.AlreadyDeciding());
            case Event.EnlistRequested e -> reply(preparing, e.ticket(), new Answer.AlreadyDeciding());
            case Event.WaitEnded e ->
                Step.to(withWaiters(preparing, Resolving.endWait(preparing.waiters(), e.ticket())));
            case Event.PatienceEnded e ->
                Resolving.without(preparing.waiters(), e.ticket())
                        .map(left -> reply(withWaiters(preparing, left), e.ticket(), new Answer.Unknown()))
                        .orElse(Step.to(preparing));
            // Not a proposal of this state, or a leftover of an earlier one.
            case Event.FoundBelowFloor _,
                    Event.ProposalRefused _,
                    Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.DeliveryAbandoned _,
                    Event.RetryRequested _ -> Step.to(preparing);
        };
    }

    private static Step ask(Preparing preparing, Event.CommitRequested e) {
        Duration remaining = e.request().remaining();
        Duration wait = remaining.compareTo(e.patience()) <= 0 ? remaining : e.patience();
        boolean cannotInquire = preparing.list().stream().anyMatch(b -> b.inquiring() == Inquiring.CANNOT);
        Command deadline = new Command.ArmDeadline(wait);
        if (cannotInquire) {
            // No prepare goes to a participant that can't inquire before its intent is durable (rule R23).
            return Step.to(with(preparing, Intent.RECORDING))
                    .persisting(new LogRecord.RecordIntent(preparing.gtrid(), toldLater(preparing.list()), wait))
                    .sending(deadline);
        }
        Step asked = askMissing(preparing);
        return asked.sending(deadline);
    }

    /** Those that have voted READ_ONLY are never told, so an intent that named them would never be resolved. */
    private static List<ListedBranch> toldLater(List<ListedBranch> list) {
        return list.stream().filter(ListedBranch::isTold).toList();
    }

    /** Whether every branch that can't inquire is in the intent (rule R23). */
    private static boolean covers(List<ListedBranch> intent, List<ListedBranch> list) {
        return toldLater(list).stream()
                .filter(b -> b.inquiring() == Inquiring.CANNOT)
                .allMatch(b -> indexOf(intent, b.id()) >= 0);
    }

    private static Step askMissing(Preparing preparing) {
        List<Command> asks = new ArrayList<>();
        for (int i = 0; i < preparing.list().size(); i++) {
            if (preparing.votes().get(i) == VoteState.MISSING) {
                asks.add(new Command.AskVote(preparing.list().get(i)));
            }
        }
        return Step.to(preparing).sendingAll(asks);
    }

    private static Step voted(Preparing preparing, Event.Voted e) {
        int index = indexOf(preparing.list(), e.branch());
        if (index < 0) {
            return Step.to(preparing);
        }
        ListedBranch branch = preparing.list().get(index);
        return switch (e.vote()) {
            case Vote.Prepared p -> counted(preparing, index, branch.with(PhaseTwo.TOLD, p.evidence()));
            case Vote.ReadOnly _ -> counted(preparing, index, branch.with(PhaseTwo.READ_ONLY, ""));
            case Vote.No no -> {
                List<ListedBranch> list = new ArrayList<>(preparing.list());
                list.set(index, branch.with(PhaseTwo.VOTED_NO, ""));
                yield Abort.of(preparing.gtrid(), list)
                        .labelled(preparing.labels())
                        .holding(preparing.intent())
                        .because(Abort.votedNo(e.branch(), no.reason()))
                        .propose(preparing.waiters());
            }
        };
    }

    private static Step counted(Preparing preparing, int index, ListedBranch branch) {
        if (preparing.votes().get(index) == VoteState.YES) {
            return Step.to(preparing); // a repeated vote; the first one's evidence stands
        }
        List<ListedBranch> list = new ArrayList<>(preparing.list());
        list.set(index, branch);
        List<VoteState> votes = new ArrayList<>(preparing.votes());
        votes.set(index, VoteState.YES);
        Preparing next = new Preparing(
                preparing.gtrid(), list, votes, preparing.intent(), preparing.labels(), preparing.waiters());
        return votes.contains(VoteState.MISSING) ? Step.to(next) : proposeCommit(next);
    }

    private static Step proposeCommit(Preparing p) {
        Proposal proposal = new Proposal(p.gtrid(), Decision.COMMIT, p.list(), null, p.labels());
        return Step.to(new Deciding(p.gtrid(), p.list(), p.intent(), p.waiters()))
                .persisting(new LogRecord.Propose(proposal));
    }

    private static Step silence(Preparing preparing, Intent intent) {
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < preparing.list().size(); i++) {
            if (preparing.votes().get(i) == VoteState.MISSING) {
                silent.add(preparing.list().get(i).id().toString());
            }
        }
        return abort(with(preparing, intent), List.of())
                .because(Code.NO_VOTE, silent.stream().collect(Collectors.joining(", ", "no vote from ", "")))
                .propose(preparing.waiters());
    }

    private static Abort abort(Preparing preparing, List<ListedBranch> more) {
        return Abort.of(preparing.gtrid(), Listing.union(preparing.list(), more))
                .labelled(preparing.labels())
                .holding(preparing.intent());
    }

    private static VoteState early(ListedBranch branch, List<Branch> branches) {
        boolean voted = branches.stream().anyMatch(b -> b.id().equals(branch.id()) && b.vote() != null);
        return voted ? VoteState.YES : VoteState.MISSING;
    }

    private static Map<String, String> labels(Conversation from, CommitRequest request) {
        return from instanceof Active active && request.labels().isEmpty() ? active.labels() : request.labels();
    }

    static Waiter waiter(Event.CommitRequested e) {
        List<Branch> branches = e.request().branches();
        return new Waiter.ForCommit(
                e.ticket(),
                branches == null ? null : Listing.ids(branches),
                e.request().reply());
    }

    private static Step reply(Conversation next, long ticket, Answer answer) {
        return Step.to(next).sending(new Command.Reply(ticket, answer));
    }

    static int indexOf(List<ListedBranch> list, BranchId id) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    static List<Waiter> plus(List<Waiter> waiters, Waiter waiter) {
        List<Waiter> all = new ArrayList<>(waiters);
        all.add(waiter);
        return all;
    }

    private static Preparing with(Preparing p, Intent intent) {
        return new Preparing(p.gtrid(), p.list(), p.votes(), intent, p.labels(), p.waiters());
    }

    private static Preparing with(Preparing p, Waiter waiter) {
        return withWaiters(p, plus(p.waiters(), waiter));
    }

    private static Preparing withWaiters(Preparing p, List<Waiter> waiters) {
        return new Preparing(p.gtrid(), p.list(), p.votes(), p.intent(), p.labels(), waiters);
    }
}
