package io.assent.samples.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ThreadFactory;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** A number of clients at work: they begin at once, are measured between {@link #measure} and {@link #stop}. */
final class LoadRun {

    private enum Phase {
        WARMING,
        MEASURED,
        STOPPED
    }

    private static final double MICROS_PER_MILLI = 1000.0;

    /** Each takes hundreds of kilobytes, so thousands of clients share them. */
    private static final int HISTOGRAMS = 64;

    private final Candidate candidate;
    private final Workload workload;
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<ConcurrentHistogram> latencies =
            Stream.generate(Client::latencies).limit(HISTOGRAMS).toList();
    private volatile Phase phase = Phase.WARMING;
    private long measuredFrom;

    private LoadRun(Candidate candidate, Workload workload) {
        this.candidate = candidate;
        this.workload = workload;
    }

    static LoadRun start(Candidate candidate, Workload workload, int count) {
        LoadRun run = new LoadRun(candidate, workload);
        ThreadFactory threads = Thread.ofVirtual().name("client-", 0).factory();
        for (int i = -workload.companions(); i < count; i++) {
            ConcurrentHistogram micros = run.latencies.get(Math.floorMod(i, run.latencies.size()));
            Client client = new Client(run, i, i, micros);
            run.clients.add(client);
            run.threads.add(threads.newThread(client));
        }
        run.threads.forEach(Thread::start);
        return run;
    }

    Candidate candidate() {
        return candidate;
    }

    Workload workload() {
        return workload;
    }

    boolean isMeasured() {
        return phase == Phase.MEASURED;
    }

    boolean isStopped() {
        return phase == Phase.STOPPED;
    }

    void measure() {
        measuredFrom = System.nanoTime();
        phase = Phase.MEASURED;
    }

    /** Lets every client finish what it is at, and says what they did. */
    Properties stop() throws InterruptedException {
        phase = Phase.STOPPED;
        long elapsed = System.nanoTime() - measuredFrom;
        for (Thread thread : threads) {
            thread.join();
        }
        Histogram micros = latencies.getFirst().copy();
        latencies.stream().skip(1).forEach(micros::add);
        Properties result = new Properties();
        put(result, LoadResult.ELAPSED_NANOS, elapsed);
        put(result, LoadResult.COMMITTED, sum(client -> client.committed));
        put(result, LoadResult.ABORTED, sum(client -> client.aborted));
        put(result, LoadResult.ERRORS, sum(client -> client.errors));
        put(result, LoadResult.ENDED, sum(client -> client.ended));
        put(result, LoadResult.COMMITTED_IN_ALL, sum(client -> client.committedInAll));
        put(result, LoadResult.FAILED_IN_ALL, sum(client -> client.failedInAll));
        put(result, LoadResult.P50, micros.getValueAtPercentile(50) / MICROS_PER_MILLI);
        put(result, LoadResult.P99, micros.getValueAtPercentile(99) / MICROS_PER_MILLI);
        put(result, LoadResult.P999, micros.getValueAtPercentile(99.9) / MICROS_PER_MILLI);
        put(result, LoadResult.MAX, micros.getMaxValue() / MICROS_PER_MILLI);
        put(
                result,
                LoadResult.FIRST_ERROR,
                clients.stream()
                        .map(c -> c.firstError)
                        .filter(error -> !error.isEmpty())
                        .findFirst()
                        .orElse(""));
        return result;
    }

    private long sum(ToLongFunction<Client> count) {
        return clients.stream().mapToLong(count).sum();
    }

    private static void put(Properties properties, String name, Object value) {
        properties.setProperty(name, String.valueOf(value));
    }
}
