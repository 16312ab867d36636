package io.assent.coordinator.engine;

import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Conversation;
import org.jspecify.annotations.Nullable;

/** One conversation in memory, and what belongs to it but not to the protocol. Guarded by itself. */
final class Cell {

    final long firstSeenNanos;
    Conversation conversation;
    /** Set once the cell has left the map; whoever still holds it looks the transaction up again. */
    boolean evicted;

    Scheduler.@Nullable Cancellable deadline;
    long deadlineAtNanos;
    /** When the row became known here; means nothing before. */
    long decidedNanos;

    Cell(Conversation conversation, long firstSeenNanos) {
        this.conversation = conversation;
        this.firstSeenNanos = firstSeenNanos;
    }

    void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }
}
