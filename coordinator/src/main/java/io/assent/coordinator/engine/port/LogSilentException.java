package io.assent.coordinator.engine.port;

/** One of several logs can't be read or written now; the message says which one. */
public final class LogSilentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogSilentException(String message, Throwable cause) {
        super(message, cause);
    }

    public LogSilentException(String message) {
        super(message);
    }
}
