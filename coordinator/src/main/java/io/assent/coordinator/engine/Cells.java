package io.assent.coordinator.engine;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Conversation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The conversations that are in memory, and how many of them are undecided and delivering. One leaves when it is over, or when it is
 * let go of. Thread-safe; what takes a cell and changes it is called under the cell's lock.
 */
final class Cells {

    private final Map<Gtrid, Cell> cells = new ConcurrentHashMap<>();
    private final AtomicInteger undecided = new AtomicInteger();
    private final AtomicInteger delivering = new AtomicInteger();
    private final Scheduler scheduler;

    Cells(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The cell of the transaction, a new one if need be. It may have been evicted before it is locked. */
    Cell enter(Gtrid gtrid) {
        return cells.computeIfAbsent(gtrid, id -> new Cell(new Conversation.Unknown(id), scheduler.nanoTime()));
    }

    boolean hold(Gtrid gtrid) {
        return cells.containsKey(gtrid);
    }

    Optional<Conversation> look(Gtrid gtrid) {
        Cell cell = cells.get(gtrid);
        if (cell == null) {
            return Optional.empty();
        }
        synchronized (cell) {
            return cell.evicted ? Optional.empty() : Optional.of(cell.conversation);
        }
    }

    /** Those of which it is true at this moment, in no order. */
    List<Conversation> where(Predicate<Conversation> wanted) {
        return cells.keySet().stream()
                .flatMap(gtrid -> look(gtrid).stream())
                .filter(wanted)
                .toList();
    }

    void forEach(BiConsumer<Gtrid, Cell> action) {
        cells.forEach(action);
    }

    int undecided() {
        return undecided.get();
    }

    int delivering() {
        return delivering.get();
    }

    /** Goes on to the next state, and evicts what is over. */
    void settle(Cell cell, Conversation next) {
        Conversation before = cell.conversation;
        cell.conversation = next;
        count(before, -1);
        boolean over = switch (next) {
            case Conversation.Unknown _, Conversation.Finished _, Conversation.Gone _ -> true;
            case Conversation.Active _, Conversation.Preparing _, Conversation.Deciding _, Conversation.Delivering _ ->
                false;
        };
        if (over) {
            evict(next.gtrid(), cell);
        } else {
            count(next, +1);
        }
        if (next instanceof Conversation.Delivering) {
            cell.cancelDeadline();
            if (!(before instanceof Conversation.Delivering)) {
                cell.decidedNanos = scheduler.nanoTime();
            }
        }
    }

    /** Forgets a conversation that is not over: the log knows of it, or nobody. */
    void letGo(Gtrid gtrid, Cell cell) {
        count(cell.conversation, -1);
        evict(gtrid, cell);
    }

    private void evict(Gtrid gtrid, Cell cell) {
        cell.evicted = true;
        cell.cancelDeadline();
        cells.remove(gtrid, cell);
    }

    private void count(Conversation conversation, int change) {
        switch (conversation) {
            case Conversation.Active _, Conversation.Preparing _, Conversation.Deciding _ ->
                undecided.addAndGet(change);
            case Conversation.Delivering _ -> delivering.addAndGet(change);
            case Conversation.Unknown _, Conversation.Finished _, Conversation.Gone _ -> {}
        }
    }
}
