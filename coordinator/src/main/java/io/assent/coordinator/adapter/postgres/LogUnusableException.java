package io.assent.coordinator.adapter.postgres;

/** The database can't hold the log as it is. The message says what is wrong and what to change. */
public final class LogUnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogUnusableException(String message) {
        super(message);
    }

    public LogUnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
