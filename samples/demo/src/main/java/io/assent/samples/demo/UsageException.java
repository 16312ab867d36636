package io.assent.samples.demo;

/** The command line is not as documented; the message is one line for the person who typed it. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
