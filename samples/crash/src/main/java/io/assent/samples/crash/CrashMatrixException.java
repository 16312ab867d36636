package io.assent.samples.crash;

/** The matrix can't go on; the message is for people. */
final class CrashMatrixException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CrashMatrixException(String message) {
        super(message);
    }
}
