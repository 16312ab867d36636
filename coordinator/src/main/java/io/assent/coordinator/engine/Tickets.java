package io.assent.coordinator.engine;

import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The requests that wait for an answer. Bounded by the transactions in flight and the server's connections. */
final class Tickets {

    /** For a decision that nobody needs to know of before the answer. */
    static final DecisionListener NOBODY = _ -> {};

    private final Scheduler scheduler;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, Ticket> open = new ConcurrentHashMap<>();

    /** A request, its answer to come, and the timers that end its wait. */
    static final class Ticket {
        final long number;
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final DecisionListener decided;
        private final List<Scheduler.Cancellable> timers = new ArrayList<>(2);
        private boolean done;

        private Ticket(long number, DecisionListener decided) {
            this.number = number;
            this.decided = decided;
        }

        private synchronized void endedBy(Scheduler.Cancellable timer) {
            if (done) {
                timer.cancel();
            } else {
                timers.add(timer);
            }
        }

        private synchronized void cancelTimers() {
            done = true;
            timers.forEach(Scheduler.Cancellable::cancel);
            timers.clear();
        }
    }

    Tickets(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** @param decided told once if there is a decision before there is an answer */
    Ticket open(DecisionListener decided) {
        Ticket ticket = new Ticket(last.incrementAndGet(), decided);
        open.put(ticket.number, ticket);
        return ticket;
    }

    /** Runs the action after the delay, unless the request is answered before. */
    void after(Duration delay, Ticket ticket, Runnable action) {
        ticket.endedBy(scheduler.after(delay, action));
    }

    /**
     * Says that the request has a decision, and no answer yet.
     *
     * @param expectedWithin as {@link DecisionListener} has it
     */
    void decided(long number, Duration expectedWithin) {
        Ticket ticket = open.get(number);
        if (ticket != null) {
            ticket.decided.decided(expectedWithin);
        }
    }

    /** Answers the request; a second answer to the same one is dropped. */
    void answer(long number, Answer answer) {
        Ticket ticket = open.remove(number);
        if (ticket != null) {
            ticket.cancelTimers();
            ticket.answer.complete(answer);
        }
    }

    int count() {
        return open.size();
    }
}
