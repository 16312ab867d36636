package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.Turns;
import java.util.UUID;

/**
 * What a log works with.
 *
 * @param writer the incarnation of this replica; what it decides is tracked under that name
 * @param turns in which proposals come together, and their results are taken up
 */
public record LogMeans(UUID writer, Scheduler scheduler, Turns turns) {

    /** With each proposal by itself. */
    public LogMeans(UUID writer, Scheduler scheduler) {
        this(writer, scheduler, Turns.NONE);
    }
}
