package io.assent.samples.bench.run;

/** A name that nothing has; the message lists those there are. */
final class NotKnownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotKnownException(String known) {
        super(known);
    }
}
