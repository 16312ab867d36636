package io.assent.coordinator.engine;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.engine.port.ParticipantGateway.Offer;
import io.assent.coordinator.protocol.Command;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.Event;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.LogRecord;
import io.assent.coordinator.protocol.Step;
import java.time.Duration;
import java.util.List;

/** Does what a step says, in the order that it says: first what must be durable, then what is sent. */
final class Performer {

    private final Engine engine;
    private final DecisionLog log;
    private final ParticipantGateway gateway;
    private final Tickets tickets;
    private final Observer observer;
    private final TurnedAway turnedAway = new TurnedAway();

    Performer(Engine engine, DecisionLog log, ParticipantGateway gateway, Tickets tickets, Observer observer) {
        this.engine = engine;
        this.log = log;
        this.gateway = gateway;
        this.tickets = tickets;
        this.observer = observer;
    }

    void perform(Cell cell, Conversation before, Step step) {
        if (before instanceof Conversation.Preparing preparing && !(step.next() instanceof Conversation.Preparing)) {
            preparing.list().forEach(b -> gateway.stopAsking(before.gtrid(), b.id()));
        }
        Gtrid gtrid = step.next().gtrid();
        // A timer is nothing that is sent: it has to run also while what must be durable is not, and perhaps never is.
        for (Command command : step.send()) {
            if (command instanceof Command.ArmDeadline arm) {
                engine.armDeadline(gtrid, cell, arm.after());
            }
        }
        persist(cell, gtrid, step.persist(), step.send());
        if (step.next() instanceof Conversation.Delivering next) {
            tellDecided(before, next);
        }
    }

    /** Persists one record after the other; what is to be sent goes out once the last one is durable. */
    private void persist(Cell cell, Gtrid gtrid, List<LogRecord> records, List<Command> commands) {
        if (records.isEmpty()) {
            commands.forEach(command -> send(cell, gtrid, command));
            return;
        }
        List<LogRecord> rest = records.subList(1, records.size());
        switch (records.getFirst()) {
            case LogRecord.Propose propose ->
                log.propose(propose.proposal(), proposed -> {
                    persist(cell, gtrid, rest, commands);
                    engine.submit(gtrid, event(proposed));
                });
            case LogRecord.RecordIntent intent ->
                log.recordIntent(intent.gtrid(), intent.branches(), intent.remaining(), () -> {
                    persist(cell, gtrid, rest, commands);
                    engine.submit(gtrid, new Event.IntentRecorded(intent.branches()));
                });
            case LogRecord.RecordHeuristic heuristic -> {
                observer.heuristic(heuristic.row(), heuristic.branch(), heuristic.heuristic());
                log.recordHeuristic(heuristic.row(), heuristic.branch(), heuristic.heuristic(), () -> {
                    persist(cell, gtrid, rest, commands);
                    engine.submit(gtrid, new Event.HeuristicRecorded(heuristic.branch()));
                });
            }
        }
    }

    private void send(Cell cell, Gtrid gtrid, Command command) {
        switch (command) {
            case Command.AskVote ask -> askVote(gtrid, ask.branch());
            case Command.Deliver deliver -> deliver(cell, gtrid, deliver.branch(), deliver.decision());
            case Command.ArmDeadline _ -> {} // runs already
            case Command.Reply reply -> tickets.answer(reply.ticket(), reply.answer());
            case Command.NoteFinished finished -> log.noteFinished(finished.row());
            case Command.DropIntent drop -> log.dropIntent(drop.gtrid(), drop.resolved());
        }
    }

    /** A full queue is a silence: the deadline then aborts. */
    private void askVote(Gtrid gtrid, ListedBranch branch) {
        gateway.askVote(gtrid, branch, vote -> {
            engine.submit(gtrid, new Event.Voted(branch.id(), vote));
            offerNext(branch.id().participant());
        });
        if (engine.look(gtrid).filter(Conversation.Preparing.class::isInstance).isEmpty()) {
            // Decided meanwhile, and stopAsking may have come before we asked.
            gateway.stopAsking(gtrid, branch.id());
        }
    }

    /** Those who wait for branches of what is decided, and did not before: be it decided just now, or long ago. */
    private void tellDecided(Conversation before, Conversation.Delivering next) {
        List<Long> told = before instanceof Conversation.Delivering delivering ? delivering.tickets() : List.of();
        List<Long> joined =
                next.tickets().stream().filter(t -> !told.contains(t)).toList();
        if (!joined.isEmpty()) {
            Duration expected = expectedWithin(next.targets());
            joined.forEach(ticket -> tickets.decided(ticket, expected));
        }
    }

    /** Within what time all of them are most likely confirmed; zero if that can't be told. */
    private Duration expectedWithin(List<Conversation.Target> targets) {
        Duration longest = Duration.ZERO;
        for (Conversation.Target target : targets) {
            Duration within = gateway.expectedWithin(target.branch().id().participant());
            if (within.isZero()) {
                return Duration.ZERO;
            }
            longest = within.compareTo(longest) > 0 ? within : longest;
        }
        return longest;
    }

    void stopTelling(Gtrid gtrid, BranchId branch) {
        gateway.stopTelling(gtrid, branch);
    }

    private void deliver(Cell cell, Gtrid gtrid, ListedBranch branch, Decision decision) {
        Offer offer = gateway.deliver(gtrid, branch, decision, delivered -> {
            Event event = switch (delivered) {
                case ParticipantGateway.Delivered.Acknowledged a ->
                    new Event.Acknowledged(branch.id(), a.acknowledgement());
                case ParticipantGateway.Delivered.Abandoned _ -> new Event.DeliveryAbandoned(branch.id());
            };
            engine.submit(gtrid, event);
            offerNext(branch.id().participant());
        });
        switch (offer) {
            case TAKEN -> turnedAway.remove(gtrid, branch.id());
            case QUEUE_FULL -> {
                if (engine.keepsTurnedAway(gtrid, cell)) {
                    turnedAway.add(new TurnedAway.Delivery(cell, gtrid, branch, decision));
                }
            }
        }
    }

    /** What has been answered has left its place in the queue. */
    private void offerNext(ParticipantUrl participant) {
        turnedAway.next(participant).ifPresent(this::offer);
    }

    /** Offers again whatever found a full queue, whether there are answers or not. */
    void offerTurnedAway() {
        turnedAway.takeAll().stream().filter(TurnedAway.Delivery::isWanted).forEach(this::offer);
    }

    private void offer(TurnedAway.Delivery delivery) {
        deliver(delivery.cell(), delivery.gtrid(), delivery.branch(), delivery.decision());
        if (!delivery.isWanted()) {
            // Let go of or given up meanwhile, and stopTelling may have come before we offered.
            gateway.stopTelling(delivery.gtrid(), delivery.branch().id());
        }
    }

    private static Event event(DecisionLog.Proposed proposed) {
        return switch (proposed) {
            case DecisionLog.Proposed.Won won -> new Event.Decided(won.row(), won.progress());
            case DecisionLog.Proposed.BelowFloor _ -> new Event.FoundBelowFloor();
            // Nobody is told anything: the request may be repeated, also to a replica that can read the row.
            case DecisionLog.Proposed.Refused _, DecisionLog.Proposed.Unreadable _ -> new Event.ProposalRefused();
        };
    }
}
