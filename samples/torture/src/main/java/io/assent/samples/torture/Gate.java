package io.assent.samples.torture;

import io.assent.samples.demo.Pause;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Holds back and delays what goes through a link. Several faults may hold it at once. Thread-safe. */
final class Gate {

    /** Which way bytes go. */
    enum Direction {
        REQUEST,
        REPLY
    }

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Direction, Integer> cuts = new EnumMap<>(Direction.class);
    private Duration delay = Duration.ZERO;

    /** Until {@link #mend} nothing goes that way. Nobody is told: the other side is just silent. */
    void cut(Direction direction) {
        change(() -> cuts.merge(direction, 1, Integer::sum));
    }

    void mend(Direction direction) {
        change(() -> cuts.merge(direction, -1, Integer::sum));
    }

    /** Until {@link #quicken} each piece takes so much longer. */
    void slow(Duration by) {
        change(() -> delay = delay.plus(by));
    }

    void quicken(Duration by) {
        change(() -> delay = delay.minus(by));
    }

    /** Returns when something may go that way. */
    void pass(Direction direction) {
        Duration toWait = awaitOpen(direction);
        if (toWait.isPositive()) {
            Pause.of(toWait);
        }
    }

    private Duration awaitOpen(Direction direction) {
        lock.lock();
        try {
            while (cuts.getOrDefault(direction, 0) > 0) {
                changed.awaitUninterruptibly();
            }
            return delay;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
