package io.assent.client;

import io.assent.api.Gtrid;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The few replicas that own what this client begins: one at a time, each for a turn, and another one for each
 * {@value #COMPLETIONS_PER_HOME} commits and rollbacks under way. Were a client's transactions spread over all replicas at once, these
 * would meet few neighbours in a request, a statement and a delivery. Which one's turn it is every client draws for
 * itself, by the shares of the ring. Thread-safe; does not block.
 */
final class HomeReplicas {

    /** So many commits and rollbacks under way fill batches; more make work for one more replica. */
    static final int COMPLETIONS_PER_HOME = 64;

    /** Much longer than a transaction, so that few travel apart when the turn changes. */
    static final Duration TURN = Duration.ofSeconds(1);

    private final long seed;
    private final LongSupplier wallMillis;
    private final AtomicInteger next = new AtomicInteger();

    /** @param seed another one for each client */
    HomeReplicas(long seed, LongSupplier wallMillis) {
        this.seed = seed;
        this.wallMillis = wallMillis;
    }

    /** A fresh id, owned by one of the homes. */
    Gtrid mint(Ring ring, int completionsUnderWay) {
        long turn = wallMillis.getAsLong() / TURN.toMillis();
        List<URI> replicas = ring.replicasFor(Gtrid.mint(0, 0, seed + turn));
        int homes = Math.min(replicas.size(), 1 + completionsUnderWay / COMPLETIONS_PER_HOME);
        int home = homes == 1 ? 0 : Math.floorMod(next.getAndIncrement(), homes);
        return ring.mintOwnedBy(replicas.get(home));
    }
}
