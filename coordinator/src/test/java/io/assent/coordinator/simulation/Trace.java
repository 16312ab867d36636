package io.assent.coordinator.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened, as lines to read and as a number to compare runs by. */
final class Trace {

    enum Keeping {
        NUMBER,
        LINES
    }

    private static final int LINES_MAX = 100_000;

    private final Timeline timeline;
    private final Keeping keeping;
    private final List<String> lines = new ArrayList<>();
    private long number = 1469598103934665603L;

    Trace(Timeline timeline, Keeping keeping) {
        this.timeline = timeline;
        this.keeping = keeping;
    }

    /** @param about the transaction, such as T3, or empty */
    void note(String where, String about, String what) {
        number = (number ^ timeline.nowNanos()) * 1099511628211L;
        number = (number ^ where.hashCode()) * 1099511628211L;
        number = (number ^ about.hashCode()) * 1099511628211L;
        number = (number ^ what.hashCode()) * 1099511628211L;
        if (keeping == Keeping.LINES && lines.size() < LINES_MAX) {
            lines.add(
                    String.format(Locale.ROOT, "%9.3f s  %-6s %-4s %s", timeline.nowNanos() / 1e9, where, about, what));
        }
    }

    long number() {
        return number;
    }

    List<String> lines() {
        return lines;
    }
}
