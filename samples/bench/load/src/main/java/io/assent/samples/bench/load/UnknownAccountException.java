package io.assent.samples.bench.load;

/** The business says no. */
public final class UnknownAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownAccountException(long account) {
        super("unknown account " + account);
    }
}
