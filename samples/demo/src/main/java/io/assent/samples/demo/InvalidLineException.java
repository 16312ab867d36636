package io.assent.samples.demo;

/** A line of a file that is not as documented; the message says what is wrong with which column. */
final class InvalidLineException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidLineException(String reason) {
        super(reason);
    }
}
