package io.assent.coordinator.adapter.participant;

import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.Scheduler.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * When what has no answer is sent next, as the pauses of single instructions and the circuit have it, and the one timer for whatever
 * is due first. Not thread-safe; guarded by the lane's lock, which the timer's action has to take.
 *
 * <p>Times are nanoseconds with an arbitrary origin, so they are compared by their difference.
 */
final class RetrySchedule {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Outbox outbox;
    private final Circuit circuit;
    private final Scheduler scheduler;
    private @Nullable Cancellable timer;

    RetrySchedule(Outbox outbox, Circuit circuit, Scheduler scheduler) {
        this.outbox = outbox;
        this.circuit = circuit;
        this.scheduler = scheduler;
    }

    /** When it is sent, now at the earliest; empty while it is under way. */
    Optional<Instant> nextAt(Pending pending) {
        long now = scheduler.nanoTime();
        boolean underWay = !outbox.isPausing(pending) && !outbox.isWaiting(pending);
        if (underWay) {
            return Optional.empty();
        }
        long due = now;
        if (outbox.isPausing(pending) && pending.dueNanos() - due > 0) {
            due = pending.dueNanos();
        }
        if (circuit.isOpen() && circuit.dueNanos() - due > 0) {
            due = circuit.dueNanos();
        }
        return Optional.of(Instant.ofEpochMilli(scheduler.wallMillis() + (due - now) / NANOS_PER_MILLI));
    }

    /** Arms the timer for whatever is due first, if anything is, in place of the one that was armed before. */
    void arm(long nowNanos, Runnable action) {
        cancel();
        OptionalLong due = firstDueNanos(nowNanos);
        if (due.isPresent()) {
            Duration delay = Duration.ofNanos(Math.max(0, due.getAsLong() - nowNanos));
            timer = scheduler.after(delay, action);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /**
     * The next probe or the end of the first pause. While a probe is under way the next one is not due, though its time may
     * have come: a timer for it would fire again and again.
     */
    private OptionalLong firstDueNanos(long nowNanos) {
        OptionalLong pauseEnd = outbox.firstDueNanos();
        if (!outbox.hasWaiting() || !circuit.isOpen() || circuit.isProbing() || circuit.allows(nowNanos)) {
            return pauseEnd;
        }
        long probe = circuit.dueNanos();
        return pauseEnd.isPresent() && pauseEnd.getAsLong() - probe < 0 ? pauseEnd : OptionalLong.of(probe);
    }
}
