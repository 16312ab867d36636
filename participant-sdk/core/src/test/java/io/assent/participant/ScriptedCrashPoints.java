package io.assent.participant;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Runs what a test has set for a crash point of one transaction, such as killing a connection or throwing. */
public final class ScriptedCrashPoints implements CrashPoints {

    private record Place(String point, Gtrid gtrid) {}

    private static final Map<Place, Runnable> SCRIPT = new ConcurrentHashMap<>();

    public static void at(ParticipantCrashPoint point, Gtrid gtrid, Runnable action) {
        SCRIPT.put(new Place(point.point(), gtrid), action);
    }

    @Override
    public void reached(String point, Gtrid gtrid) {
        Runnable action = SCRIPT.remove(new Place(point, gtrid));
        if (action != null) {
            action.run();
        }
    }
}
