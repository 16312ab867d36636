package io.assent.coordinator.protocol;

import io.assent.coordinator.protocol.Conversation.Active;
import io.assent.coordinator.protocol.Conversation.Deciding;
import io.assent.coordinator.protocol.Conversation.Delivering;
import io.assent.coordinator.protocol.Conversation.Finished;
import io.assent.coordinator.protocol.Conversation.Gone;
import io.assent.coordinator.protocol.Conversation.Preparing;
import io.assent.coordinator.protocol.Conversation.Unknown;

/**
 * The commit protocol: two-phase commit (X/Open DTP; Gray and Lamport, "Consensus on Transaction Commit", 2006, section
 * 2) whose decision is a write-once row. See docs/PROTOCOL.md for the rules and docs/adr/0001 for the reasons.
 *
 * <p>Pure, so thread-safe. Any event may come at any time, late and twice; one that has no meaning any more leaves the
 * conversation as it is.
 */
public final class Protocol {

    private final Beginning beginning;
    private final Voting voting;
    private final Resolving resolving;
    private final Phase2 phase2;

    public Protocol(Limits limits) {
        this.phase2 = new Phase2();
        this.resolving = new Resolving(phase2);
        this.voting = new Voting(limits, phase2);
        this.beginning = new Beginning(limits, voting, phase2);
    }

    public Step step(Conversation conversation, Event event) {
        return switch (conversation) {
            case Unknown unknown -> beginning.step(unknown, event);
            case Active active -> beginning.step(active, event);
            case Preparing preparing -> voting.step(preparing, event);
            case Deciding deciding -> resolving.step(deciding, event);
            case Delivering delivering -> phase2.step(delivering, event);
            case Finished finished -> phase2.step(finished, event);
            case Gone gone -> gone(gone, event);
        };
    }

    private static Step gone(Gone gone, Event event) {
        return switch (event) {
            case Event.CommitRequested e -> answerGone(gone, e.ticket());
            case Event.RollbackRequested e -> answerGone(gone, e.ticket());
            case Event.InquiredAfterDeadline e -> answerGone(gone, e.ticket());
            case Event.EnlistRequested e -> answerGone(gone, e.ticket());
            case Event.Begun e -> answerGone(gone, e.ticket());
            case Event.IntentRecorded _,
                    Event.Voted _,
                    Event.DeadlinePassed _,
                    Event.Decided _,
                    Event.FoundBelowFloor _,
                    Event.ProposalRefused _,
                    Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.DeliveryAbandoned _,
                    Event.WaitEnded _,
                    Event.PatienceEnded _,
                    Event.RetryRequested _ -> Step.to(gone);
            // Nobody can say any more what the outcome was; the branches can't ask, so a person has to look.
            case Event.IntentFound _ -> Step.to(gone);
        };
    }

    private static Step answerGone(Gone gone, long ticket) {
        return Step.to(gone).sending(new Command.Reply(ticket, new Answer.Gone()));
    }
}
