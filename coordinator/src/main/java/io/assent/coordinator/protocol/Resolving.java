package io.assent.coordinator.protocol;

import io.assent.api.CommitRequest.Reply;
import io.assent.coordinator.protocol.Conversation.Deciding;
import io.assent.coordinator.protocol.Conversation.Gone;
import io.assent.coordinator.protocol.Conversation.Intent;
import io.assent.coordinator.protocol.Conversation.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Between the proposal and the winning row. Nobody is told anything meanwhile (rule R4). */
final class Resolving {

    private final Phase2 phase2;

    Resolving(Phase2 phase2) {
        this.phase2 = phase2;
    }

    Step step(Deciding deciding, Event event) {
        return switch (event) {
            case Event.Decided e -> phase2.start(e, deciding.known(), deciding.intent(), deciding.waiters());
            case Event.FoundBelowFloor _ -> answerAll(new Gone(deciding.gtrid()), deciding, new Answer.Gone());
            case Event.ProposalRefused _ -> answerAll(new Unknown(deciding.gtrid()), deciding, new Answer.Unknown());
            case Event.CommitRequested e -> Step.to(with(deciding, Voting.waiter(e)));
            case Event.RollbackRequested e -> {
                List<ListedBranch> known =
                        Listing.union(deciding.known(), Listing.of(e.request().branches()));
                Deciding next = new Deciding(deciding.gtrid(), known, deciding.intent(), deciding.waiters());
                yield Step.to(with(next, new Waiter.ForDecision(e.ticket())));
            }
            case Event.InquiredAfterDeadline e -> Step.to(with(deciding, new Waiter.ForDecision(e.ticket())));
            case Event.IntentFound e -> Step.to(withIntent(deciding, e.branches()));
            // It landed after a proposal had been made; its branches have to be told, and it has to go in the end.
            case Event.IntentRecorded e -> Step.to(withIntent(deciding, e.branches()));
            case Event.Begun e -> reply(deciding, e.ticket(), new Answer.AlreadyDeciding());
            case Event.EnlistRequested e -> reply(deciding, e.ticket(), new Answer.AlreadyDeciding());
            case Event.WaitEnded e -> Step.to(withWaiters(deciding, endWait(deciding.waiters(), e.ticket())));
            case Event.PatienceEnded e ->
                without(deciding.waiters(), e.ticket())
                        .map(left -> reply(withWaiters(deciding, left), e.ticket(), new Answer.Unknown()))
                        .orElse(Step.to(deciding));
            case Event.Voted _,
                    Event.DeadlinePassed _,
                    Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.DeliveryAbandoned _,
                    Event.RetryRequested _ -> Step.to(deciding);
        };
    }

    /** The waiters without this one, or empty if it does not wait (any more). */
    static Optional<List<Waiter>> without(List<Waiter> waiters, long ticket) {
        List<Waiter> left = new ArrayList<>(waiters);
        return left.removeIf(w -> w.ticket() == ticket) ? Optional.of(left) : Optional.empty();
    }

    /** The waiters, this one now being content with the decision. */
    static List<Waiter> endWait(List<Waiter> waiters, long ticket) {
        List<Waiter> all = new ArrayList<>(waiters);
        all.replaceAll(w -> w.ticket() == ticket ? content(w) : w);
        return all;
    }

    private static Waiter content(Waiter waiter) {
        return switch (waiter) {
            case Waiter.ForCommit commit -> new Waiter.ForCommit(commit.ticket(), commit.requested(), Reply.DECIDED);
            case Waiter.ForDecision decision -> decision;
        };
    }

    private static Deciding withWaiters(Deciding d, List<Waiter> waiters) {
        return new Deciding(d.gtrid(), d.known(), d.intent(), waiters);
    }

    private static Deciding withIntent(Deciding d, List<ListedBranch> branches) {
        return new Deciding(d.gtrid(), Listing.union(d.known(), branches), Intent.DURABLE, d.waiters());
    }

    private static Deciding with(Deciding d, Waiter waiter) {
        return withWaiters(d, Voting.plus(d.waiters(), waiter));
    }

    private static Step reply(Conversation next, long ticket, Answer answer) {
        return Step.to(next).sending(new Command.Reply(ticket, answer));
    }

    private static Step answerAll(Conversation next, Deciding deciding, Answer answer) {
        List<Command> replies = new ArrayList<>();
        deciding.waiters().forEach(w -> replies.add(new Command.Reply(w.ticket(), answer)));
        return Step.to(next).sendingAll(replies);
    }
}
