package io.assent.micronaut;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers which crash points were reached, and crashes nothing. */
public final class RecordedCrashPoints implements CrashPoints {

    static final Queue<String> REACHED = new ConcurrentLinkedQueue<>();

    @Override
    public void reached(String point, Gtrid gtrid) {
        REACHED.add(gtrid + " " + point);
    }
}
