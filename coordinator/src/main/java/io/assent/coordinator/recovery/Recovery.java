package io.assent.coordinator.recovery;

import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.DecisionLog.Availability;
import io.assent.coordinator.engine.port.DecisionLog.Cursor;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.DecisionRow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sweeps what the log tracks as unfinished, at start and then periodically, and hands to the engine what nobody here
 * works on. Reads the tracking alone, never the history. A sweep that stops for want of room goes on where it stopped.
 *
 * <p>Thread-safe; does not block. Taking up a transaction twice, or one that another replica works on, does no harm.
 */
public final class Recovery {

    private final Engine engine;
    private final DecisionLog log;
    private final Scheduler scheduler;
    private final RecoverySettings settings;
    private final AtomicLong adopted = new AtomicLong();
    private Scheduler.@Nullable Cancellable next;
    private @Nullable Cursor stoppedAt;
    private boolean closed;
    private boolean swept;

    public Recovery(Engine engine, DecisionLog log, Scheduler scheduler, RecoverySettings settings) {
        this.engine = engine;
        this.log = log;
        this.scheduler = scheduler;
        this.settings = settings;
    }

    /** Starts the first sweep at once. */
    public void start() {
        sweep();
    }

    /** No sweep starts after this. */
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }

    /** How many transactions were taken up since the start. */
    public long adoptedCount() {
        return adopted.get();
    }

    /** Whether all that was unfinished has been read at least once. */
    public synchronized boolean hasSwept() {
        return swept;
    }

    private void sweep() {
        Cursor from;
        synchronized (this) {
            from = stoppedAt;
            stoppedAt = null;
        }
        log.overdueIntents(settings.page(), intents -> intents.forEach(engine::adopt));
        readPage(from);
    }

    private void readPage(@Nullable Cursor after) {
        if (engine.deliveryRoom() == 0) {
            endSweep(after);
            return;
        }
        log.unfinished(after, settings.page(), page -> {
            takeUp(page);
            if (page.available() == Availability.UNAVAILABLE) {
                endSweep(after);
            } else if (page.next().isPresent()) {
                readPage(page.next().get());
            } else {
                synchronized (this) {
                    swept = true;
                }
                endSweep(null);
            }
        });
    }

    /** Whatever one transaction throws, there is a next sweep, and it goes on behind this page. */
    private void takeUp(DecisionLog.Page page) {
        boolean taken = false;
        try {
            page.rows().forEach(this::takeUp);
            taken = true;
        } finally {
            if (!taken) {
                endSweep(page.next().orElse(null));
            }
        }
    }

    private void takeUp(DecisionRow row) {
        if (engine.look(row.gtrid()).isPresent()) {
            engine.offerAgain(row.gtrid());
        } else {
            adopted.incrementAndGet();
            engine.adopt(row);
        }
    }

    private synchronized void endSweep(@Nullable Cursor goOnAfter) {
        stoppedAt = goOnAfter;
        if (!closed) {
            next = scheduler.after(settings.interval(), this::sweep);
        }
    }
}
