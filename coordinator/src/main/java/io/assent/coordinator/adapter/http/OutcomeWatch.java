package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets long-polls sleep until something is heard of their transaction. Thread-safe; does not block. */
public final class OutcomeWatch implements AutoCloseable {

    private final Scheduler scheduler;
    private final int watchesMax;
    private final ConcurrentMap<Gtrid, Set<CompletableFuture<Void>>> sleeping = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    public OutcomeWatch(Scheduler scheduler, HttpSettings settings) {
        this.scheduler = scheduler;
        this.watchesMax = settings.watchesMax();
    }

    /** Something has happened to this transaction. */
    public void heard(Gtrid gtrid) {
        Set<CompletableFuture<Void>> waiting = sleeping.get(gtrid);
        if (waiting != null) {
            waiting.forEach(w -> w.complete(null));
        }
    }

    /** How many long-polls sleep. */
    public int count() {
        return count.get();
    }

    /** Ends every sleep, and those to come. */
    @Override
    public void close() {
        closed = true;
        sleeping.values().forEach(waiting -> waiting.forEach(w -> w.complete(null)));
    }

    boolean isClosed() {
        return closed;
    }

    /** Completed when something is heard of the transaction, or after this long.
     * @throws ProblemException if too many sleep already */
    @SuppressWarnings("CollectionUndefinedEquality") // identity is what is meant
    CompletableFuture<Void> sleep(Gtrid gtrid, Duration most) {
        if (count.incrementAndGet() > watchesMax) {
            count.decrementAndGet();
            throw Problem.of(
                            ErrorCode.OVERLOADED,
                            "as many requests wait for outcomes as assent.http.watches-max allows")
                    .toException();
        }
        CompletableFuture<Void> wait = new CompletableFuture<>();
        sleeping.compute(gtrid, (_, waiting) -> {
            Set<CompletableFuture<Void>> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            all.add(wait);
            return all;
        });
        Scheduler.Cancellable timer = scheduler.after(most, () -> wait.complete(null));
        if (closed) {
            wait.complete(null);
        }
        return wait.whenComplete((_, _) -> {
            timer.cancel();
            count.decrementAndGet();
            sleeping.computeIfPresent(gtrid, (_, waiting) -> {
                waiting.remove(wait);
                return waiting.isEmpty() ? null : waiting;
            });
        });
    }
}
