package io.assent.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Replicas that lately gave no answer. They are asked after the others, so that not every transaction waits for the same
 * silence. When its time is over, one request may find out whether a replica is back; the others still pass it over
 * until it answers. Thread-safe.
 */
final class Suspects {

    /** How long a replica is left alone after it gave no answer. */
    static final Duration SUSPECTED_FOR = Duration.ofSeconds(1);

    /** How long the request that finds out may take before another one does: longer than requests take by default. */
    static final Duration PROBE_MAX = Duration.ofSeconds(20);

    private final LongSupplier nanoClock;
    private final ConcurrentMap<URI, Long> untilNanos = new ConcurrentHashMap<>();

    Suspects(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void add(URI replica) {
        untilNanos.put(replica, nanoClock.getAsLong() + SUSPECTED_FOR.toNanos());
    }

    void clear(URI replica) {
        untilNanos.remove(replica);
    }

    /** Forgets those that are no longer asked, so that there are never more than there are replicas. */
    void keepOnly(Predicate<URI> known) {
        untilNanos.keySet().removeIf(known.negate());
    }

    boolean isEmpty() {
        return untilNanos.isEmpty();
    }

    boolean contains(URI replica) {
        return untilNanos.containsKey(replica);
    }

    /** Whether the caller, and nobody else for now, shall find out if this suspect is back. */
    boolean claimProbe(URI replica) {
        Long until = untilNanos.get(replica);
        long now = nanoClock.getAsLong();
        return until != null && now - until >= 0 && untilNanos.replace(replica, until, now + PROBE_MAX.toNanos());
    }
}
