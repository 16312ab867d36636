package io.assent.coordinator.simulation;

import io.assent.api.Gtrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Keys that a transaction has inserted and not committed: who inserts the same one waits for it. */
final class KeyLocks {

    private static final class Holder {
        private final Object owner;
        private final List<Runnable> waiting = new ArrayList<>();

        private Holder(Object owner) {
            this.owner = owner;
        }
    }

    private final Map<Gtrid, Holder> held = new TreeMap<>();

    /** @return false if another has it; then it is called when that one has ended */
    boolean take(Gtrid key, Object owner, Runnable whenFree) {
        Holder holder = held.get(key);
        if (holder == null) {
            held.put(key, new Holder(owner));
            return true;
        }
        if (holder.owner.equals(owner)) {
            return true;
        }
        holder.waiting.add(whenFree);
        return false;
    }

    void release(Object owner) {
        List<Runnable> woken = new ArrayList<>();
        List<Gtrid> own = held.entrySet().stream()
                .filter(e -> e.getValue().owner.equals(owner))
                .map(Map.Entry::getKey)
                .toList();
        own.forEach(key -> woken.addAll(Objects.requireNonNull(held.remove(key)).waiting));
        woken.forEach(Runnable::run);
    }

    void clear() {
        held.clear();
    }
}
