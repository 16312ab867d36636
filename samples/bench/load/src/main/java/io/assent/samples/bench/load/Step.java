package io.assent.samples.bench.load;

/** What one branch of a transaction does. */
public sealed interface Step {

    /**
     * Changes the balance of an account; refused if there is no such account.
     *
     * @param bank which of the two databases: 0 or 1
     */
    record Booking(int bank, long account, long amount) implements Step {}

    /**
     * Does nothing, in no database: what is left is the commit protocol.
     *
     * @param endpoint which of the {@link #ENDPOINTS} places to tell the outcome to
     */
    record Nothing(int endpoint) implements Step {}

    /** Even ones are served by the first service, odd ones by the second. */
    int ENDPOINTS = 10;
}
