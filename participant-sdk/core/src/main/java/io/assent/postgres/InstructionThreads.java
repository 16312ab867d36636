package io.assent.postgres;

import io.assent.threads.VirtualThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where the parts of batches run beside each other: a thread for each of so many, and the caller's own for what is more, and
 * for what comes after the end. A task is never dropped.
 *
 * <p>Each task gets a fresh virtual thread where there are any, and not only because they cost less: a pool such as HikariCP
 * gives a thread the connection that it had the last time, so threads that stay would spread a few tasks over all
 * connections, and every session has caches of its own in the server that want to be kept warm.
 *
 * <p>Thread-safe.
 */
final class InstructionThreads implements Executor, AutoCloseable {

    private static final long IDLE_SECONDS = 30;

    private final Semaphore free;
    private final Executor threads;

    /** @param threads runs whatever it is given, in a thread of its own as long as it has not been closed */
    InstructionThreads(Executor threads, int max) {
        this.free = new Semaphore(max);
        this.threads = threads;
    }

    /** @param max how many tasks run beside those in their callers */
    static InstructionThreads of(String service, int max) {
        return new InstructionThreads(VirtualThreads.executor().orElseGet(() -> pool(service, max)), max);
    }

    @Override
    public void execute(Runnable task) {
        if (!free.tryAcquire()) {
            task.run();
            return;
        }
        threads.execute(() -> {
            try {
                task.run();
            } finally {
                free.release();
            }
        });
    }

    /** How many more run beside their callers. */
    int free() {
        return free.availablePermits();
    }

    @Override
    public void close() {
        if (threads instanceof ThreadPoolExecutor pool) {
            pool.shutdown();
        }
    }

    /** For Java that has no virtual threads to run them in. */
    static Executor pool(String service, int max) {
        return new ThreadPoolExecutor(
                0,
                max,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "assent-" + service + "-instructions");
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> task.run());
    }
}
