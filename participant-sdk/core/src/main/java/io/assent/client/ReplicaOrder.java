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

    /** All replicas, for a request that concerns many transactions; never empty. */
    List<URI> forAny();

    /** Notes that a replica gave an answer. */
    void answered(URI replica);
}
