package io.assent.coordinator.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A lock that statements share and one may have alone; who comes after one who waits for it alone waits too. */
final class TableLock {

    private record Waiting(Object owner, Runnable granted) {}

    private final Set<Object> sharers = new HashSet<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int wantAlone;
    private boolean hadAlone;

    void share(Object owner, Runnable granted) {
        if (wantAlone > 0 || hadAlone) {
            waiting.addLast(new Waiting(owner, granted));
        } else {
            sharers.add(owner);
            granted.run();
        }
    }

    void release(Object owner) {
        sharers.remove(owner);
    }

    /** Others queue behind from now on. */
    void wantAlone() {
        wantAlone++;
    }

    boolean isFree() {
        return sharers.isEmpty() && !hadAlone;
    }

    /** By one who wanted it. */
    void takeAlone() {
        wantAlone--;
        hadAlone = true;
    }

    void giveUpWanting() {
        wantAlone--;
        admitWaiting();
    }

    void giveUpAlone() {
        hadAlone = false;
        admitWaiting();
    }

    private void admitWaiting() {
        List<Waiting> next = new ArrayList<>(waiting);
        waiting.clear();
        next.forEach(w -> share(w.owner, w.granted));
    }

    void clear() {
        sharers.clear();
        waiting.clear();
        wantAlone = 0;
        hadAlone = false;
    }
}
