package io.assent.coordinator.engine;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.Tickets.Ticket;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * Lets requests in, or refuses them. One that is let in has a ticket, and timers that end its wait for the decision and for
 * branches. Thread-safe; does not block.
 */
final class Admission {

    private final Engine engine;
    private final Cells cells;
    private final Tickets tickets;
    private final Observer observer;
    private final EngineSettings settings;
    private volatile boolean closed;

    Admission(Engine engine, Cells cells, Tickets tickets, Observer observer, EngineSettings settings) {
        this.engine = engine;
        this.cells = cells;
        this.tickets = tickets;
        this.observer = observer;
        this.settings = settings;
    }

    /** For a request that does not say how long it waits, and hears of the decision by its answer alone. */
    CompletableFuture<Answer> admit(Gtrid gtrid, LongFunction<Event> event) {
        return admit(gtrid, event, settings.decisionPatience(), Tickets.NOBODY);
    }

    /**
     * Submits the request's event, unless it is refused.
     *
     * @param event of the request, from the number of its ticket
     * @param wait how long from now it waits for branches; after that the decision is enough
     * @param decided told once if the decision is durable, and the answer still waits for branches
     */
    CompletableFuture<Answer> admit(Gtrid gtrid, LongFunction<Event> event, Duration wait, DecisionListener decided) {
        CoordinatorCrashPoint.BEFORE_REQUEST.reached(gtrid);
        Optional<Answer.Why> refusal = refusal(gtrid);
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(new Answer.Refused(refusal.get()));
        }
        Ticket ticket = tickets.open(decided);
        engine.submit(gtrid, event.apply(ticket.number));
        if (!ticket.answer.isDone()) {
            tickets.after(wait, ticket, () -> engine.submit(gtrid, new Event.WaitEnded(ticket.number)));
            tickets.after(settings.decisionPatience(), ticket, () -> endPatience(gtrid, ticket));
        }
        return ticket.answer.thenApply(answer -> {
            CoordinatorCrashPoint.BEFORE_REPLY.reached(gtrid);
            return answer;
        });
    }

    /** From now on refuses new transactions. */
    void close() {
        closed = true;
    }

    /** What is in memory goes on, and may be asked for; only what is new is refused. */
    private Optional<Answer.Why> refusal(Gtrid gtrid) {
        if (closed && !cells.hold(gtrid)) {
            return Optional.of(Answer.Why.SHUTTING_DOWN);
        }
        if (cells.undecided() >= settings.undecidedMax() && !cells.hold(gtrid)) {
            observer.overloaded();
            return Optional.of(Answer.Why.OVERLOADED);
        }
        return Optional.empty();
    }

    private void endPatience(Gtrid gtrid, Ticket ticket) {
        if (cells.look(gtrid).filter(Conversation.Delivering.class::isInstance).isPresent()) {
            return; // decided: its own wait for APPLIED ends it
        }
        engine.submit(gtrid, new Event.PatienceEnded(ticket.number));
        tickets.answer(ticket.number, new Answer.Unknown());
    }
}
