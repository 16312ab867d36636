package io.assent.client;

import io.assent.api.Gtrid;
import java.net.URI;
import java.util.List;

/**
 * In which order replicas are asked. A matter of speed only: every replica answers every request rightly. Thread-safe.
 */
public interface ReplicaOrder {

    /** All replicas, the one to ask first about this transaction at the head; never empty. */
    List<URI> forTransaction(Gtrid gtrid);

    /**
     * An id for a new transaction, be it one that a certain replica owns. Sends nothing and waits for nothing.
     *
     * @param completionsUnderWay how many commits and rollbacks this client waits for now
     */
    default Gtrid mint(int completionsUnderWay) {
        return Gtrid.mint();
    }

    /** All replicas, for a request that concerns many transactions; never empty. */
    List<URI> forAny();

    /** Notes that a replica gave an answer, be it that it is too busy. */
    void answered(URI replica);

    /** Notes that a replica gave no answer: refused the connection, fell silent, or was of no use. */
    default void failed(URI replica) {}

    /**
     * Notes the version of the ring that a replica told with its reply, in the header {@code Assent-Ring}.
     *
     * @param version as it came
     */
    default void ring(String version) {}
}
