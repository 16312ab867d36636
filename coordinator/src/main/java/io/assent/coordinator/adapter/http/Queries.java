package io.assent.coordinator.adapter.http;

import io.assent.coordinator.engine.port.LogSilentException;
import io.assent.coordinator.engine.port.TransactionRecords;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what blocks on the decision log, on a bounded number of threads of its own. */
public final class Queries implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Queries.class);
    private static final int WAITING_PER_THREAD_MAX = 10;
    private static final long IDLE_SECONDS = 30;

    private static final Counts UNKNOWN = new Counts(Double.NaN, Double.NaN);

    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Counts latest = UNKNOWN;
    private final TransactionRecords records;
    private final ThreadPoolExecutor threads;

    public Queries(TransactionRecords records, HttpSettings settings) {
        int threadsMax = settings.queriesMax();
        this.records = records;
        this.threads = new ThreadPoolExecutor(
                threadsMax,
                threadsMax,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(threadsMax * WAITING_PER_THREAD_MAX),
                Thread.ofPlatform().daemon().name("assent-query-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    <T> CompletableFuture<T> run(Function<TransactionRecords, T> query) {
        try {
            return CompletableFuture.supplyAsync(() -> answered(query), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    Problem.of(ErrorCode.OVERLOADED, "too many queries wait for the decision log")
                            .toException());
        }
    }

    /** What there is to watch over, as the latest look at the log found it; not a number before the first. */
    public record Counts(double unfinished, double openHeuristics) {}

    /** Answers at once with what is known, and looks again behind the scenes: a metric must not wait for the log. */
    public Counts latestCounts() {
        if (looking.compareAndSet(false, true)) {
            var _ = run(records -> new Counts(records.countUnfinished(), records.countOpenHeuristics()))
                    .whenComplete((counts, failure) -> {
                        latest = failure == null ? counts : UNKNOWN;
                        looking.set(false);
                    });
        }
        return latest;
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private <T> T answered(Function<TransactionRecords, T> query) {
        try {
            return query.apply(records);
        } catch (ProblemException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw e; // a cursor or a value that can't be one
        } catch (LogSilentException e) {
            LOG.warn("a query of the decision log failed cause=\"{}\"", e.getMessage());
            throw Problem.of(ErrorCode.LOG_UNAVAILABLE, String.valueOf(e.getMessage()))
                    .toException();
        } catch (RuntimeException e) {
            LOG.warn("a query of the decision log failed cause=\"{}\"", e.getMessage());
            throw Problem.of(ErrorCode.LOG_UNAVAILABLE, "the decision log can't be read now")
                    .toException();
        }
    }
}
