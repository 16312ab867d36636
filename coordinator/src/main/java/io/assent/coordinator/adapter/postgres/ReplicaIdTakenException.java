package io.assent.coordinator.adapter.postgres;

/** Another process that is alive has this replica's id. Names it and the way out. */
public final class ReplicaIdTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReplicaIdTakenException(String message) {
        super(message);
    }
}
