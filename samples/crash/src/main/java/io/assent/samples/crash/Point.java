package io.assent.samples.crash;

import io.assent.InitiatorCrashPoint;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.participant.ParticipantCrashPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * A crash point.
 *
 * @param number its place in the list of all
 * @param side where it lies
 */
record Point(int number, String name, Side side) {

    /** All there are, from the lists that coordinator and SDK keep themselves. */
    static List<Point> all() {
        List<Point> points = new ArrayList<>();
        for (CoordinatorCrashPoint point : CoordinatorCrashPoint.values()) {
            points.add(new Point(points.size() + 1, point.point(), Side.COORDINATOR));
        }
        for (ParticipantCrashPoint point : ParticipantCrashPoint.values()) {
            points.add(new Point(points.size() + 1, point.point(), Side.PARTICIPANT));
        }
        for (InitiatorCrashPoint point : InitiatorCrashPoint.values()) {
            points.add(new Point(points.size() + 1, point.point(), Side.INITIATOR));
        }
        return List.copyOf(points);
    }

    /** What reaches it. */
    Workload workload() {
        String what = name.substring(name.indexOf('.') + 1, name.lastIndexOf('.'));
        return switch (what) {
            case "intent", "intent-drop", "forward" -> Workload.BY_HAND;
            case "heuristic", "operator" -> Workload.HEURISTIC;
            case "inquiry" -> Workload.LEFT_ALONE;
            case "rollback" -> Workload.REFUSED;
            default -> Workload.TRANSFER;
        };
    }

    boolean isOfTheFloor() {
        return name.startsWith("coordinator.floor.");
    }
}
