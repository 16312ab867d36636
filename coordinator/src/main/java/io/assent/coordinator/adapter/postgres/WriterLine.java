package io.assent.coordinator.adapter.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bounded line in front of the log's writer. Whatever it takes in comes out once: to the writer, or as what is left at its end.
 * Anybody may offer and close; only the writer takes and ends. Thread-safe.
 */
final class WriterLine<T> {

    private final LinkedBlockingQueue<T> queue;
    private volatile boolean closed;
    /** The writer takes nothing any more. */
    private volatile boolean ended;

    WriterLine(int lengthMax) {
        this.queue = new LinkedBlockingQueue<>(lengthMax);
    }

    /** @return false if the line is full or closed: nobody will ever take it */
    boolean offer(T item) {
        if (closed || !queue.offer(item)) {
            return false;
        }
        return !(ended && queue.remove(item)); // the writer may have ended between our look and our offer
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
        T first = queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            return List.of();
        }
        List<T> taken = new ArrayList<>();
        taken.add(first);
        queue.drainTo(taken, max - 1);
        return taken;
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
