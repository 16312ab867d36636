package io.assent.samples.bench.load;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client: begins the next transaction as soon as the last one has ended. What it counts is read when it has stopped. */
final class Client implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final long LATENCY_MICROS_MAX = TimeUnit.MINUTES.toMicros(5);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final LoadRun run;
    private final int number;
    private final SplittableRandom random;
    private final ConcurrentHistogram micros;
    long committed;
    long aborted;
    long errors;
    long ended;
    long committedInAll;
    long failedInAll;
    String firstError = "";

    /**
     * @param number from 0; below 0 for a companion, which is not measured
     * @param micros takes the latencies; may be shared
     */
    Client(LoadRun run, int number, long seed, ConcurrentHistogram micros) {
        this.run = run;
        this.number = number;
        this.random = new SplittableRandom(seed);
        this.micros = micros;
    }

    /** Takes latencies of clients. */
    static ConcurrentHistogram latencies() {
        return new ConcurrentHistogram(LATENCY_MICROS_MAX, SIGNIFICANT_DIGITS);
    }

    @Override
    public void run() {
        while (!run.isStopped()) {
            Work work = run.workload().next(number, random);
            long begun = System.nanoTime();
            Ending ending = null;
            try {
                ending = run.candidate().transact(work);
            } catch (Exception e) {
                failed(e);
            }
            count(ending);
            if (number >= 0 && run.isMeasured()) {
                measured(ending, System.nanoTime() - begun);
            }
        }
    }

    /** For the books: measured or not. */
    private void count(@Nullable Ending ending) {
        ended++;
        if (ending == null) {
            failedInAll++;
        } else if (ending == Ending.COMMITTED) {
            committedInAll++;
        }
    }

    private void measured(@Nullable Ending ending, long nanos) {
        if (ending == null) {
            errors++;
            return;
        }
        micros.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), LATENCY_MICROS_MAX));
        switch (ending) {
            case COMMITTED -> committed++;
            case ABORTED -> aborted++;
        }
    }

    private void failed(Exception e) {
        if (firstError.isEmpty()) {
            firstError = String.valueOf(e).lines().findFirst().orElse("");
            LOG.warn("A transaction failed: client={}", number, e);
        }
    }
}
