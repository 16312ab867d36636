package io.assent.client;

/** No replica of the coordinator gave a usable answer. Says nothing about any transaction: ask again later. */
public final class CoordinatorUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    public CoordinatorUnavailableException(String message) {
        super(message);
    }

    public CoordinatorUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
