package io.assent.client;

/** No coordinator replica gave an answer. Says nothing about any transaction; ask again later. */
public final class CoordinatorUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CoordinatorUnavailableException(String message) {
        super(message);
    }
}
