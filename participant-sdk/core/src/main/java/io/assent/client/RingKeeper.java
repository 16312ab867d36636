package io.assent.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the ring, and sees to it that another one is fetched when there is a sign of it. Reading it takes no lock.
 * Thread-safe.
 */
final class RingKeeper {

    /** How long the first requests wait for the first ring; without it they go to the seeds. */
    static final Duration FIRST_RING_WAIT = Duration.ofMillis(500);

    /** How many versions are known again when they come back: more than replicas ever disagree by. */
    static final int VERSIONS_REMEMBERED_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(RingKeeper.class);

    private final Source source;
    private final LongSupplier nanoClock;
    private final Waits waits;
    private final CompletableFuture<Boolean> firstEnded = new CompletableFuture<>();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final Deque<String> lately = new ArrayDeque<>();
    private FetchPace pace;
    private volatile @Nullable Ring ring;

    /**
     * How long requests wait for the first ring, and a fetch for the reply of one replica.
     */
    record Waits(Duration firstRing, Duration reply) {
        static final Waits DEFAULT = new Waits(FIRST_RING_WAIT, RingFetch.REPLY_TIMEOUT);
    }

    /**
     * Where the ring comes from.
     *
     * @param candidates whom to ask for it, the likeliest to answer first
     */
    record Source(HttpClient http, Suspects suspects, Supplier<List<URI>> candidates) {

        RingFetch fetch(Duration replyTimeout) {
            return new RingFetch(http, suspects, candidates.get(), replyTimeout);
        }
    }

    RingKeeper(Source source, LongSupplier nanoClock, Waits waits) {
        this.source = source;
        this.nanoClock = nanoClock;
        this.waits = waits;
        this.pace = FetchPace.from(nanoClock.getAsLong());
    }

    /** The ring as it is known; null if none is. */
    @Nullable
    Ring known() {
        return ring;
    }

    /** The ring; at the very first, after a short wait for it. Null if none is known, of which more may come later. */
    @Nullable
    Ring firstOrKnown() {
        if (ring == null) {
            missed();
            awaitFirst();
        }
        return ring;
    }

    /** Notes which ring a replica has. Another one than ours is fetched: newer or older, there is no telling. */
    void told(String version) {
        if (isNews(version) && Ring.isVersion(version) && begin(FetchPace.Cause.TOLD)) {
            // Ours may have come in just before the fetch was begun.
            if (isNews(version)) {
                fetch();
            } else {
                end(begun -> begun.endedWithNews(nanoClock.getAsLong()));
            }
        }
    }

    /** Notes that the ring may be wrong, or that there is none. */
    void missed() {
        if (begin(FetchPace.Cause.MISSED)) {
            fetch();
        }
    }

    synchronized boolean isSettled() {
        return pace.fetching() == FetchPace.Fetching.NO;
    }

    private boolean isNews(String version) {
        Ring kept = ring;
        return kept == null || !kept.version().equals(version);
    }

    /**
     * Whether this version has not been told lately; remembers it. Replicas that disagree tell theirs in turn, and each is
     * another one than the one kept: that is no reason to fetch often, for as long as they disagree.
     */
    private synchronized boolean isFresh(String version) {
        boolean fresh = !lately.remove(version);
        lately.addLast(version);
        if (lately.size() > VERSIONS_REMEMBERED_MAX) {
            String unused = lately.removeFirst();
        }
        return fresh;
    }

    private synchronized boolean begin(FetchPace.Cause cause) {
        FetchPace begun = pace.begun(nanoClock.getAsLong(), cause);
        if (begun == null) {
            return false;
        }
        pace = begun;
        return true;
    }

    private synchronized void end(UnaryOperator<FetchPace> ending) {
        pace = ending.apply(pace);
    }

    private void fetch() {
        CompletableFuture<?> unused = source.fetch(waits.reply()).start().thenAccept(this::take);
    }

    private void take(RingAnswer answer) {
        long now = nanoClock.getAsLong();
        if (answer instanceof RingAnswer.Told told) {
            warned.set(false);
            boolean news = isNews(told.ring().version());
            boolean fresh = isFresh(told.ring().version());
            // Before the pace lets anybody fetch again: a second fetch for the same news would be for nothing.
            ring = told.ring();
            end(fetching -> fresh ? fetching.endedWithNews(now) : fetching.endedWithout(now));
            if (fresh) {
                LOG.info(
                        "coordinator ring version={} members={}",
                        told.ring().version(),
                        told.ring().members());
            } else if (news) {
                LOG.debug("coordinator ring as before version={}", told.ring().version());
            }
        } else if (answer instanceof RingAnswer.NotServed) {
            end(fetching -> fetching.endedNotServed(now));
        } else {
            end(fetching -> fetching.endedWithout(now));
            if (answer instanceof RingAnswer.Malformed malformed && warned.compareAndSet(false, true)) {
                LOG.warn("coordinator told a malformed ring, going on without it failure=\"{}\"", malformed.why());
            }
        }
        firstEnded.complete(true);
    }

    private void awaitFirst() {
        try {
            firstEnded.get(waits.firstRing().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Nobody else waits either: the time was up for the ring, not for this caller.
            firstEnded.complete(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the first fetch of the ring failed", e);
        }
    }
}
