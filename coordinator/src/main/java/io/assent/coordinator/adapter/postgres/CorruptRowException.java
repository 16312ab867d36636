package io.assent.coordinator.adapter.postgres;

/** A row whose detail can't be read. Nothing is guessed from it. */
final class CorruptRowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptRowException(String message) {
        super(message);
    }
}
