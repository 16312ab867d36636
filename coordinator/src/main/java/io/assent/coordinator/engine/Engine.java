package io.assent.coordinator.engine;

import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.api.RollbackRequest;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Event;
import io.assent.coordinator.protocol.Limits;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Protocol;
import io.assent.coordinator.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Drives conversations: each event is stepped through the protocol under its conversation's lock; what the step wants
 * durable goes to the log, and what it wants sent goes out after that.
 *
 * <p>Thread-safe; no method blocks. What it holds in memory is bounded by its settings, and none of it is needed for
 * safety: all of it may be lost at any moment.
 */
public final class Engine {

    private final Protocol protocol;
    private final EngineSettings settings;
    private final Scheduler scheduler;
    private final Observer observer;
    private final Performer performer;
    private final Admission admission;
    private final Tickets tickets;
    private final Cells cells;

    public Engine(
            DecisionLog log,
            ParticipantGateway gateway,
            Scheduler scheduler,
            Observer observer,
            EngineSettings settings) {
        this.protocol = new Protocol(new Limits(settings.branchesMax()));
        this.settings = settings;
        this.scheduler = scheduler;
        this.cells = new Cells(scheduler);
        this.tickets = new Tickets(scheduler);
        this.observer = observer;
        this.performer = new Performer(this, log, gateway, tickets, observer);
        this.admission = new Admission(this, cells, tickets, observer, settings);
    }

    /** Begins a transaction for a client without the SDK. Keeps it in memory until its deadline. */
    public CompletableFuture<Answer> begin(Gtrid gtrid, Duration remaining, Map<String, String> labels) {
        return admission.admit(gtrid, ticket -> new Event.Begun(remaining, labels, ticket));
    }

    public CompletableFuture<Answer> enlist(Gtrid gtrid, List<Branch> branches) {
        return admission.admit(gtrid, ticket -> new Event.EnlistRequested(branches, ticket));
    }

    /** Commits, if every branch votes for it. The same request may be repeated at any time. */
    public CompletableFuture<Answer> commit(Gtrid gtrid, CommitRequest request) {
        return commit(gtrid, request, Tickets.NOBODY);
    }

    /**
     * As {@link #commit(Gtrid, CommitRequest)}.
     *
     * @param decided told once if the decision is durable, and the answer still waits for branches
     */
    public CompletableFuture<Answer> commit(Gtrid gtrid, CommitRequest request, DecisionListener decided) {
        Duration patience = settings.votePatience();
        Duration wait = shorter(request.waitMax(), settings.appliedWaitMax());
        return admission.admit(gtrid, ticket -> new Event.CommitRequested(request, patience, ticket), wait, decided);
    }

    public CompletableFuture<Answer> rollback(Gtrid gtrid, RollbackRequest request) {
        return admission.admit(gtrid, ticket -> new Event.RollbackRequested(request, ticket));
    }

    /** A branch is in doubt after its deadline: aborts unless there is a decision. */
    CompletableFuture<Answer> inquired(Gtrid gtrid, String inquirer) {
        return admission.admit(gtrid, ticket -> new Event.InquiredAfterDeadline(inquirer, ticket));
    }

    /** Takes up a decided transaction that nobody here works on. Without effect if somebody does. */
    public void adopt(DecisionRow row) {
        submit(row.gtrid(), new Event.Decided(row, Progress.UNFINISHED));
    }

    /** Aborts an intent that is past its deadline, unless it is decided, and delivers whatever won. */
    public void adopt(DecisionLog.OverdueIntent intent) {
        submit(intent.gtrid(), new Event.IntentFound(intent.branches()));
    }

    /** Tries what is still to be delivered of a transaction at once. */
    public void retryNow(Gtrid gtrid) {
        submit(gtrid, new Event.RetryRequested());
    }

    /** Ends the delivery to a branch by an operator's word. */
    public void submitOperatorVerdict(Gtrid gtrid, Event.Acknowledged verdict) {
        performer.stopTelling(gtrid, verdict.branch());
        submit(gtrid, verdict);
    }

    /** What this replica has in memory of the transaction. */
    public Optional<Conversation> look(Gtrid gtrid) {
        return cells.look(gtrid);
    }

    /** The transactions that are undecided here at this moment, in no order. */
    public List<Conversation> undecided() {
        return cells.where(Engine::isUndecided);
    }

    /** Whether the row is not known yet, as far as this conversation goes. */
    public static boolean isUndecided(Conversation conversation) {
        return switch (conversation) {
            case Conversation.Active _, Conversation.Preparing _, Conversation.Deciding _ -> true;
            case Conversation.Unknown _, Conversation.Delivering _, Conversation.Finished _, Conversation.Gone _ ->
                false;
        };
    }

    /** The decided transactions that are in memory at this moment, in no order. */
    public List<Gtrid> delivering() {
        return cells.where(Conversation.Delivering.class::isInstance).stream()
                .map(Conversation::gtrid)
                .toList();
    }

    /** Offers again whatever found a full queue before, also what the log no longer tracks as unfinished. */
    public void offerAgain() {
        performer.offerTurnedAway();
    }

    /**
     * Lets go of decided transactions that others are to finish. What somebody waits for here stays, and so does what was decided
     * a moment ago.
     *
     * @param decidedFor how long the decision must have been known here
     * @param others says which ones others finish
     * @return how many were let go
     */
    public int release(Duration decidedFor, Predicate<Gtrid> others) {
        AtomicInteger released = new AtomicInteger();
        long before = scheduler.nanoTime() - decidedFor.toNanos();
        cells.forEach((gtrid, cell) -> {
            synchronized (cell) {
                if (!cell.evicted
                        && cell.conversation instanceof Conversation.Delivering delivering
                        && delivering.waiters().isEmpty()
                        && cell.decidedNanos - before <= 0
                        && others.test(gtrid)) {
                    cells.letGo(gtrid, cell);
                    delivering
                            .targets()
                            .forEach(
                                    t -> performer.stopTelling(gtrid, t.branch().id()));
                    released.incrementAndGet();
                }
            }
        });
        return released.get();
    }

    /** How many more decided transactions may be taken up for delivery. */
    public int deliveryRoom() {
        return Math.max(0, settings.deliveringMax() - cells.delivering());
    }

    public int undecidedCount() {
        return cells.undecided();
    }

    public int deliveringCount() {
        return cells.delivering();
    }

    public int waitingCount() {
        return tickets.count();
    }

    /** From now on refuses new transactions; what is under way goes on, and may be asked for. */
    public void stopTaking() {
        admission.close();
    }

    /** Whether nothing is being decided and nobody waits for an answer. */
    public boolean isQuiet() {
        return tickets.count() == 0 && cells.undecided() == 0;
    }

    void submit(Gtrid gtrid, Event event) {
        while (true) {
            Cell cell = cells.enter(gtrid);
            Conversation before;
            Step step;
            synchronized (cell) {
                if (cell.evicted) {
                    continue; // it left the map between our look-up and our lock
                }
                before = cell.conversation;
                step = protocol.step(before, event);
                cells.settle(cell, step.next());
            }
            observe(cell, event, before, step.next());
            performer.perform(cell, before, step);
            return;
        }
    }

    /**
     * A delivery found its participant's queue full. If too much is in memory, the log keeps it for later.
     *
     * @return whether it stays in memory
     */
    boolean keepsTurnedAway(Gtrid gtrid, Cell cell) {
        synchronized (cell) {
            boolean parked = cell.conversation instanceof Conversation.Delivering d
                    && d.waiters().isEmpty()
                    && deliveryRoom() == 0;
            if (parked && !cell.evicted) {
                cells.letGo(gtrid, cell);
            }
            return !cell.evicted;
        }
    }

    /** The timer of {@code ArmDeadline}: of several the earliest counts. */
    void armDeadline(Gtrid gtrid, Cell cell, Duration after) {
        long at = scheduler.nanoTime() + after.toNanos();
        synchronized (cell) {
            if (cell.evicted || (cell.deadline != null && cell.deadlineAtNanos - at <= 0)) {
                return;
            }
            cell.cancelDeadline();
            cell.deadlineAtNanos = at;
            cell.deadline = scheduler.after(after, () -> submit(gtrid, new Event.DeadlinePassed()));
        }
    }

    /** A row that was finished before only answers a repeated request, and is nothing new. */
    private void observe(Cell cell, Event event, Conversation before, Conversation next) {
        boolean knewRow = before instanceof Conversation.Delivering || before instanceof Conversation.Finished;
        boolean old = event instanceof Event.Decided decided
                && decided.progress() != Progress.UNFINISHED
                && decided.row().branches().stream().anyMatch(ListedBranch::isTold);
        if (old) {
            return;
        }
        Duration age = Duration.ofNanos(scheduler.nanoTime() - cell.firstSeenNanos);
        if (!knewRow && next instanceof Conversation.Delivering delivered) {
            observer.decided(delivered.row(), age);
        } else if (next instanceof Conversation.Finished finished && !(before instanceof Conversation.Finished)) {
            if (!knewRow) {
                observer.decided(finished.row(), age);
            }
            observer.finished(finished.row(), age);
        }
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
