package io.assent.participant;

/** Work was to run as a branch, and the thread is in no transaction. */
public final class NoTransactionException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public NoTransactionException(String message) {
        super(message);
    }
}
