package io.assent.samples.bench.load;

/** One way to carry out transactions. Thread-safe: every client has a thread of its own. */
public interface Candidate extends AutoCloseable {

    /**
     * Carries out the work, all of it or nothing. Returns when every branch has ended.
     *
     * @throws Exception if it failed otherwise than by a step that was refused
     */
    Ending transact(Work work) throws Exception;

    @Override
    void close();
}
