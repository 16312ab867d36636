package io.assent.coordinator.engine;

import java.time.Duration;

/** Hears that a request has a durable decision while its answer still waits for branches. Called at most once, from any thread. */
@FunctionalInterface
public interface DecisionListener {

    /**
     * @param expectedWithin within what time the answer most likely comes: it waits for prompt participants only. Zero if that
     *     can't be told.
     */
    void decided(Duration expectedWithin);
}
