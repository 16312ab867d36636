package io.assent.samples.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Generates the cells. At every crash point die: the coordinator, the participants, both; at a point of the initiator also
 * the initiator. A message has two crash points or more, before and after it on each side; what the network does to it is the
 * same seen from all of them, so that drop and repeat exist once for each message, not for each of its points. A durable
 * write is no message and can only be died at.
 */
final class Matrix {

    private static final int QUICK_DEATHS_IN = 18;

    private Matrix() {}

    static List<Cell> all(long seed) {
        List<Cell> cells = new ArrayList<>();
        for (Message message : Message.values()) {
            for (Tampering tampering : Tampering.values()) {
                cells.add(new Cell.Tamper(message, tampering));
            }
        }
        for (Point point : Point.all()) {
            for (Side victim : victims(point)) {
                cells.add(new Cell.Die(point, victim));
            }
        }
        Collections.shuffle(cells, new Random(seed));
        return List.copyOf(cells);
    }

    /** What fits into a few minutes: every message dropped or repeated once, and a share of the deaths. */
    static List<Cell> quick(long seed) {
        List<Cell> cells = new ArrayList<>();
        int deaths = 0;
        Set<Message> seen = Collections.newSetFromMap(new java.util.EnumMap<>(Message.class));
        for (Cell cell : all(seed)) {
            boolean taken = switch (cell) {
                case Cell.Tamper tamper -> seen.add(tamper.message());
                case Cell.Die _ -> deaths++ % QUICK_DEATHS_IN == 0;
            };
            if (taken) {
                cells.add(cell);
            }
        }
        return List.copyOf(cells);
    }

    private static List<Side> victims(Point point) {
        return point.side() == Side.INITIATOR
                ? List.of(Side.COORDINATOR, Side.PARTICIPANT, Side.BOTH, Side.INITIATOR)
                : List.of(Side.COORDINATOR, Side.PARTICIPANT, Side.BOTH);
    }
}
