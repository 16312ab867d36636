package io.assent.coordinator.engine;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.ListedBranch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The deliveries that found their participant's queue full, each once, first come first served. Only of what is in memory, so
 * that what bounds memory bounds it too. Thread-safe.
 */
final class TurnedAway {

    private final Map<ParticipantUrl, SequencedMap<Key, Delivery>> byParticipant = new ConcurrentHashMap<>();

    private record Key(Gtrid gtrid, BranchId branch) {}

    /** One that was offered for this cell. */
    record Delivery(Cell cell, Gtrid gtrid, ListedBranch branch, Decision decision) {

        /** Whether the branch still has to be told, and from here. */
        boolean isWanted() {
            synchronized (cell) {
                return !cell.evicted
                        && cell.conversation instanceof Conversation.Delivering delivering
                        && delivering.targets().stream()
                                .anyMatch(target -> target.state() == Conversation.TargetState.OPEN
                                        && target.branch().id().equals(branch.id()));
            }
        }

        private Key key() {
            return new Key(gtrid, branch.id());
        }
    }

    void add(Delivery delivery) {
        byParticipant.compute(delivery.branch().id().participant(), (_, known) -> {
            SequencedMap<Key, Delivery> waiting = known == null ? new LinkedHashMap<>() : known;
            waiting.putIfAbsent(delivery.key(), delivery);
            return waiting;
        });
    }

    /** It found a place after all. */
    void remove(Gtrid gtrid, BranchId branch) {
        byParticipant.computeIfPresent(branch.participant(), (_, waiting) -> {
            waiting.remove(new Key(gtrid, branch));
            return waiting.isEmpty() ? null : waiting;
        });
    }

    /** Takes the next one that is still wanted of this participant, which has a place now. */
    Optional<Delivery> next(ParticipantUrl participant) {
        Optional<Delivery> next = first(participant);
        while (next.isPresent() && !next.get().isWanted()) {
            next = first(participant);
        }
        return next;
    }

    /** Takes all of them. */
    List<Delivery> takeAll() {
        List<Delivery> all = new ArrayList<>();
        byParticipant
                .keySet()
                .forEach(participant -> byParticipant.computeIfPresent(participant, (_, waiting) -> {
                    all.addAll(waiting.values());
                    return null;
                }));
        return all;
    }

    private Optional<Delivery> first(ParticipantUrl participant) {
        if (!byParticipant.containsKey(participant)) {
            return Optional.empty();
        }
        List<Delivery> taken = new ArrayList<>(1);
        byParticipant.computeIfPresent(participant, (_, waiting) -> {
            taken.add(waiting.pollFirstEntry().getValue());
            return waiting.isEmpty() ? null : waiting;
        });
        return taken.stream().findFirst();
    }
}
