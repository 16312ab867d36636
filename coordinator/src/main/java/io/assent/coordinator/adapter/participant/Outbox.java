package io.assent.coordinator.adapter.participant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The instructions for one participant that have no answer yet: waiting for a slot, under way, or in a pause of their
 * own. Not thread-safe; guarded by the lane's lock.
 *
 * <p>Votes and deliveries wait in a line each, first come first served, and a batch takes from the two in turns. So
 * votes don't wait behind all that piled up while the participant was away, and deliveries, which release locks, don't
 * starve behind a stream of votes: each line gets at least half of what the participant can take.
 */
final class Outbox {

    private final int queueMax;
    private final Map<Pending.Key, Pending> all = new HashMap<>();
    private final SequencedSet<Pending> votes = new LinkedHashSet<>();
    private final SequencedSet<Pending> deliveries = new LinkedHashSet<>();
    private final TreeSet<Pending> pausing = new TreeSet<>(Pending.BY_DUE);

    Outbox(int queueMax) {
        this.queueMax = queueMax;
    }

    boolean isFull() {
        return all.size() >= queueMax;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    int size() {
        return all.size();
    }

    Optional<Pending> find(Pending.Key key) {
        return Optional.ofNullable(all.get(key));
    }

    void add(Pending pending) {
        all.put(pending.key(), pending);
        line(pending).addLast(pending);
    }

    void remove(Pending pending) {
        all.remove(pending.key(), pending);
        line(pending).remove(pending);
        pausing.remove(pending);
    }

    /** Whether it still wants an answer. */
    boolean holds(Pending pending) {
        return all.get(pending.key()) == pending;
    }

    boolean isWaiting(Pending pending) {
        return line(pending).contains(pending);
    }

    boolean isPausing(Pending pending) {
        return pausing.contains(pending);
    }

    boolean hasWaiting() {
        return !votes.isEmpty() || !deliveries.isEmpty();
    }

    int waitingCount() {
        return votes.size() + deliveries.size();
    }

    List<Pending> waiting() {
        List<Pending> waiting = new ArrayList<>(votes);
        waiting.addAll(deliveries);
        return waiting;
    }

    /** When the first pause ends; empty if nothing pauses. */
    OptionalLong firstDueNanos() {
        return pausing.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(pausing.first().dueNanos());
    }

    /** Takes what waits, in turns from the two lines. A branch is named once in a batch, for results don't say more. */
    List<Pending> take(int batchMax) {
        List<Pending> batch = new ArrayList<>();
        Set<Pending.Key> named = new HashSet<>();
        int max = batchMax;
        Pending.Kind turn = Pending.Kind.VOTE;
        while (hasWaiting()) {
            Pending first = line(turn).isEmpty()
                    ? line(other(turn)).getFirst()
                    : line(turn).getFirst();
            max = Math.min(max, first.batchMax());
            boolean namedBefore = !named.add(withKind(first.key()));
            if (batch.size() >= max || namedBefore) {
                break;
            }
            line(first).removeFirst();
            batch.add(first);
            turn = other(first.key().kind());
        }
        return batch;
    }

    /** Back to the end of its line, so that a probe carries another one the next time. */
    void waitAgain(Pending pending) {
        line(pending).addLast(pending);
    }

    void pause(Pending pending, long untilNanos) {
        pending.dueAt(untilNanos);
        pausing.add(pending);
    }

    /** Ends its pause, if any, and puts it first in its line; nothing happens to one that is under way. */
    void hurry(Pending pending) {
        if (pausing.remove(pending) || line(pending).contains(pending)) {
            line(pending).addFirst(pending);
        }
    }

    /** Those whose pause is over wait again. */
    void wake(long nowNanos) {
        while (!pausing.isEmpty() && pausing.first().dueNanos() - nowNanos <= 0) {
            waitAgain(pausing.removeFirst());
        }
    }

    /** The participant answers again after this many failures: what failed no oftener than that may be sent at once. */
    void wakeAfterOutage(int failures) {
        List<Pending> woken =
                pausing.stream().filter(p -> p.setbacks() <= failures).toList();
        woken.forEach(pausing::remove);
        woken.forEach(this::waitAgain);
    }

    private SequencedSet<Pending> line(Pending pending) {
        return line(pending.key().kind());
    }

    private SequencedSet<Pending> line(Pending.Kind kind) {
        return switch (kind) {
            case VOTE -> votes;
            case DELIVERY -> deliveries;
        };
    }

    private static Pending.Kind other(Pending.Kind kind) {
        return switch (kind) {
            case VOTE -> Pending.Kind.DELIVERY;
            case DELIVERY -> Pending.Kind.VOTE;
        };
    }

    private static Pending.Key withKind(Pending.Key key) {
        return new Pending.Key(key.gtrid(), key.bqual(), Pending.Kind.VOTE);
    }
}
