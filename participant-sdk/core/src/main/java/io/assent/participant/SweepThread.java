package io.assent.participant;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps by a daemon thread of its own until closed. Closing ends no branch: what is prepared stays prepared
 * (rule R7).
 */
public final class SweepThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SweepThread.class);
    private static final Duration CLOSE_WAIT_MAX = Duration.ofSeconds(5);

    private final InDoubtSweep sweep;
    private final SweepSettings settings;
    private final ScheduledExecutorService executor;
    private int failuresInARow;

    private SweepThread(InDoubtSweep sweep, SweepSettings settings, String name) {
        this.sweep = sweep;
        this.settings = settings;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts sweeping. */
    public static SweepThread start(InDoubtSweep sweep, SweepSettings settings, String name) {
        SweepThread thread = new SweepThread(sweep, settings, name);
        thread.scheduleAfter(settings.firstAfter());
        return thread;
    }

    private void scheduleAfter(Duration delay) {
        if (!executor.isShutdown()) {
            var unused = executor.schedule(this::sweepAndSchedule, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void sweepAndSchedule() {
        try {
            failuresInARow = sweep.sweep().failed() ? failuresInARow + 1 : 0;
        } catch (RuntimeException e) {
            failuresInARow++;
            LOG.error("In-doubt sweep failed unexpectedly, will try again: failuresInARow={}", failuresInARow, e);
        } finally {
            scheduleAfter(settings.delayAfter(failuresInARow));
        }
    }

    @Override
    public void close() {
        close(executor);
    }

    private static void close(ExecutorService executor) {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The in-doubt sweep did not end within {}", CLOSE_WAIT_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
