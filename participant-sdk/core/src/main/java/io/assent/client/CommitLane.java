package io.assent.client;

import io.assent.api.Gtrid;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of commits and rollbacks to one replica. No timer and no window collects a batch: a request leaves at once unless
 * a batch is on its way from which the replica has sent nothing yet; what comes meanwhile goes together as soon as it has, and
 * without it if that takes unusually long. The replica sends something with the first answer, or with the first decision where
 * the answer may take a while. So nobody waits for a slow branch of somebody else: a batch that waits for one
 * is only one more stream that is open, and once there are too many of these, requests go alone. Thread-safe; does not
 * block.
 */
final class CommitLane implements CommitBatch.Listener {

    /** The most commits and rollbacks in one batch. */
    static final int COMMITS_MAX = 100;

    /** The most branches in one batch, so that its body stays below what a coordinator takes by default (1 MiB). */
    static final int BRANCHES_MAX = 400;

    /**
     * Who has waited behind a batch for so long goes without it. Its sign may wait for a log that does not answer, which
     * need not be the log of those behind, and a rollback has little patience.
     */
    static final Duration HELD_UP_MAX = Duration.ofMillis(250);

    /** The most that wait for a batch; what comes then goes alone. */
    static final int WAITING_MAX = 10_000;

    /** For how long a replica that does not know batches gets none. */
    static final Duration NOT_SERVED_FOR = Duration.ofMinutes(1);

    /** A stream in which everybody is answered is closed if it has not ended by then and its place is needed. */
    static final Duration ENDING_MAX = Duration.ofSeconds(1);

    private final URI replica;
    private final ReplicaExchange exchange;
    private final LongSupplier nanoClock;
    private final Lock lock = new ReentrantLock();
    private final Deque<CommitRider> waiting = new ArrayDeque<>();
    private final Set<CommitBatch> open = new HashSet<>();
    private @Nullable CommitBatch unsigned;
    private int alone;
    private @Nullable Long notServedUntilNanos;

    CommitLane(URI replica, ReplicaExchange exchange, LongSupplier nanoClock) {
        this.replica = replica;
        this.exchange = exchange;
        this.nanoClock = nanoClock;
    }

    /** How a request goes. */
    enum Boarding {
        /** With others, or as the first of them: what is said to the rider is the reply. */
        RIDING,
        /** In a request of its own, between {@link #goesAlone} and {@link #wentAlone}. */
        ALONE
    }

    Boarding board(CommitRider rider) {
        CommitBatch batch;
        lock.lock();
        try {
            if (unsigned != null && waiting.size() < WAITING_MAX) {
                waiting.add(rider);
                return Boarding.RIDING;
            }
            // For the only request under way a reply of its own is cheaper than a stream.
            boolean isOnly = alone == 0 && open.isEmpty();
            if (isOnly || unsigned != null || !isServed() || !hasRoom()) {
                return Boarding.ALONE;
            }
            waiting.add(rider);
            batch = depart();
        } finally {
            lock.unlock();
        }
        batch.send(exchange);
        return Boarding.RIDING;
    }

    void goesAlone() {
        lock.lock();
        try {
            alone++;
        } finally {
            lock.unlock();
        }
    }

    void wentAlone() {
        lock.lock();
        try {
            alone--;
        } finally {
            lock.unlock();
        }
    }

    /** If the rider still waits for a batch that is on its way, it goes now, and those that wait with it. */
    void overtake(CommitRider rider) {
        CommitBatch slow;
        lock.lock();
        try {
            slow = rider.batch() == null ? unsigned : null;
        } finally {
            lock.unlock();
        }
        if (slow != null) {
            goOn(slow);
        }
    }

    /** The caller waits no longer, be it that it has its answer. */
    void leave(CommitRider rider) {
        if (rider.said().isDone()) {
            return;
        }
        CommitBatch batch;
        lock.lock();
        try {
            waiting.remove(rider);
            batch = rider.batch();
        } finally {
            lock.unlock();
        }
        if (batch != null) {
            batch.leave(rider);
        }
    }

    boolean isIdle() {
        lock.lock();
        try {
            return alone == 0 && open.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void signed(CommitBatch batch) {
        goOn(batch);
    }

    @Override
    public void ended(CommitBatch batch) {
        lock.lock();
        try {
            open.remove(batch);
        } finally {
            lock.unlock();
        }
        goOn(batch);
    }

    @Override
    public void notServed() {
        lock.lock();
        try {
            notServedUntilNanos = nanoClock.getAsLong() + NOT_SERVED_FOR.toNanos();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ring(String version) {
        exchange.order().ring(version);
    }

    /** What waited for this batch goes now. */
    private void goOn(CommitBatch batch) {
        CommitBatch next = null;
        List<CommitRider> turnedAway = List.of();
        lock.lock();
        try {
            if (unsigned != batch) {
                return;
            }
            unsigned = null;
            if (!waiting.isEmpty() && isServed() && hasRoom()) {
                next = depart();
            } else {
                turnedAway = new ArrayList<>(waiting);
                waiting.clear();
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.send(exchange);
        }
        turnedAway.forEach(rider -> rider.said().complete(Optional.empty()));
    }

    /** Takes from those that wait, first come first served; of one transaction one at a time, for answers don't say more. */
    private CommitBatch depart() {
        Map<Gtrid, CommitRider> riders = new LinkedHashMap<>();
        int branches = 0;
        Iterator<CommitRider> each = waiting.iterator();
        while (each.hasNext() && riders.size() < COMMITS_MAX && branches < BRANCHES_MAX) {
            CommitRider rider = each.next();
            if (riders.putIfAbsent(rider.gtrid(), rider) == null) {
                branches += rider.branches();
                each.remove();
            }
        }
        CommitBatch batch = new CommitBatch(replica, riders, this);
        riders.values().forEach(rider -> rider.departs(batch));
        open.add(batch);
        unsigned = batch;
        return batch;
    }

    private boolean isServed() {
        return notServedUntilNanos == null || nanoClock.getAsLong() - notServedUntilNanos >= 0;
    }

    /** Whether another stream may be opened. */
    private boolean hasRoom() {
        int max = exchange.settings().commitStreams();
        if (open.size() < max) {
            return true;
        }
        long before = nanoClock.getAsLong() - ENDING_MAX.toNanos();
        Optional<CommitBatch> stuck =
                open.stream().filter(batch -> batch.isDoneSince(before)).findFirst();
        stuck.ifPresent(batch -> {
            open.remove(batch);
            batch.abandon();
        });
        return open.size() < max;
    }
}
