package io.assent.coordinator.adapter.postgres;

/** What the servers that hold the log must be set up for. */
public enum RequiredDurability {
    /** Commits are durable on the server itself; the loss of its disk, or a fail-over, may lose decisions. */
    ANY,
    /** Commits wait for a standby as well. */
    SYNCHRONOUS
}
