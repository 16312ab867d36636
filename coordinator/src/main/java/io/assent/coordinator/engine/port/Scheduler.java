package io.assent.coordinator.engine.port;

import java.time.Duration;

/** Time for the engine. A simulation moves it by hand. */
public interface Scheduler {

    /** Runs the action once after the delay, unless cancelled before. The action must not block. */
    Cancellable after(Duration delay, Runnable action);

    /** Nanoseconds from an arbitrary origin, never going back. */
    long nanoTime();

    /** Wall-clock milliseconds since the Unix epoch; for display and id age only, never for an outcome. */
    long wallMillis();

    /** A pending action. */
    interface Cancellable {
        void cancel();
    }
}
