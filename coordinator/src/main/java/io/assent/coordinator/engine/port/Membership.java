package io.assent.coordinator.engine.port;

import java.util.Optional;

/**
 * Which replicas share the log, as far as this one knows. For speed and duty, never for safety: replicas that disagree about it
 * for a while deliver something twice at the most. Thread-safe; does not block.
 */
public interface Membership {

    /** What is known now. */
    Replicas replicas();

    /** Runs the action after every change, from any thread; it must not block or throw. */
    void onChange(Runnable action);

    /** How this replica's own membership stands. */
    Standing standing();

    /** @param trouble why this replica can't be seen by the others; empty if it can */
    record Standing(Optional<String> trouble) {}
}
