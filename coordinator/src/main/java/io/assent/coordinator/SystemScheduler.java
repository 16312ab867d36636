package io.assent.coordinator;

import io.assent.coordinator.engine.port.Errors;
import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clocks, and one daemon thread that runs what is due. Thread-safe. */
public final class SystemScheduler implements Scheduler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SystemScheduler.class);

    private final ScheduledThreadPoolExecutor timer;
    private final InstantSource wallClock;

    public SystemScheduler() {
        this(InstantSource.system());
    }

    /** @param wallClock which may be wrong, go back or jump: no outcome depends on it */
    public SystemScheduler(InstantSource wallClock) {
        this.wallClock = wallClock;
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("assent-scheduler").factory());
        // Most timers are time-outs that are cancelled; they must not pile up until they would have been due.
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // What comes after close is dropped: whoever asks then is closing too.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        Future<?> future = timer.schedule(Errors.uncaught(() -> run(action)), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return wallClock.millis();
    }

    /** Drops what is not due yet. */
    @Override
    public void close() {
        timer.shutdown();
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("a scheduled action failed", e);
        }
    }
}
