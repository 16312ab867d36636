package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.engine.port.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The bounded line in front of the log's writer. Whatever it takes in comes out once: to the writer, or as what is left at its end.
 * A writer that waits is woken when whoever offers is done with what it is at: were it woken by the first of several, it would be
 * off with that one alone. Anybody may offer and close; only the writer takes and ends. Thread-safe.
 */
final class WriterLine<T> {

    private final LinkedBlockingQueue<T> queue;
    private final Turns turns;
    /** The writer, while it waits. */
    private volatile @Nullable Thread waiting;
    /** Who has offered and will wake the writer when it is done with what it is at; nobody else relies on that. */
    private volatile @Nullable Thread waker;

    private volatile boolean closed;
    /** The writer takes nothing any more. */
    private volatile boolean ended;

    WriterLine(int lengthMax, Turns turns) {
        this.queue = new LinkedBlockingQueue<>(lengthMax);
        this.turns = turns;
    }

    /** @return false if the line is full or closed: nobody will ever take it */
    boolean offer(T item) {
        if (closed || !queue.offer(item)) {
            return false;
        }
        if (ended && queue.remove(item)) {
            return false; // the writer has ended between our look and our offer
        }
        // A writer that does not wait yet looks once more before it does.
        if (waiting != null && !Thread.currentThread().equals(waker)) {
            waker = Thread.currentThread();
            turns.afterThis(this::wake);
        }
        return true;
    }

    private void wake() {
        waker = null;
        LockSupport.unpark(waiting);
    }

    int size() {
        return queue.size();
    }

    /** Takes nothing more in. */
    void close() {
        closed = true;
    }

    /** Whether nothing is in it, and nothing more comes in. */
    boolean isOver() {
        return closed && queue.isEmpty();
    }

    /** Waits for something to come, at most so long, and takes what is there by then. */
    List<T> take(int max, Duration patience) throws InterruptedException {
        T first = first(patience);
        if (first == null) {
            return List.of();
        }
        List<T> taken = new ArrayList<>();
        taken.add(first);
        queue.drainTo(taken, max - 1);
        return taken;
    }

    private @Nullable T first(Duration patience) throws InterruptedException {
        long endNanos = System.nanoTime() + patience.toNanos();
        waiting = Thread.currentThread();
        waker = null; // what was offered before is found now, and a wake too many does no harm
        try {
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                T first = queue.poll();
                long left = endNanos - System.nanoTime();
                if (first != null || left <= 0) {
                    return first;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            waiting = null;
        }
    }

    /**
     * Ends it for good.
     *
     * @return what was never taken
     */
    List<T> end() {
        closed = true;
        ended = true;
        List<T> left = new ArrayList<>();
        queue.drainTo(left);
        return left;
    }
}
