package io.assent.samples.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The transfers, made by several clients at once. */
final class Workload {

    static final int CLIENTS = 16;

    private final TransferClient client;
    private final Queue<Transfer> waiting;
    private final Pace pace;
    private final int size;
    private final AtomicInteger left;
    private final Lock turn = new ReentrantLock();
    private final ConcurrentMap<Transfer, Answer> answers = new ConcurrentHashMap<>();
    private final CountDownLatch clientsAtWork = new CountDownLatch(CLIENTS);

    /** @param seed of the order in which they are made */
    Workload(TransferClient client, Pace pace, List<Transfer> transfers, long seed) {
        this.client = client;
        this.pace = pace;
        this.size = transfers.size();
        this.left = new AtomicInteger(size);
        List<Transfer> shuffled = new ArrayList<>(transfers);
        Collections.shuffle(shuffled, new Random(seed));
        this.waiting = new ConcurrentLinkedQueue<>(shuffled);
    }

    void start() {
        for (int i = 0; i < CLIENTS; i++) {
            Thread.ofVirtual().name("client-" + i).start(this::work);
        }
    }

    int size() {
        return size;
    }

    int done() {
        return answers.size();
    }

    boolean isOver() {
        return clientsAtWork.getCount() == 0;
    }

    /** What was answered so far. */
    ConcurrentMap<Transfer, Answer> answers() {
        return answers;
    }

    private @Nullable Transfer next() {
        turn.lock();
        try {
            Transfer next = waiting.poll();
            if (next != null) {
                Pause.of(pace.interval(left.getAndDecrement()));
            }
            return next;
        } finally {
            turn.unlock();
        }
    }

    private void work() {
        try {
            @Nullable Transfer transfer = next();
            while (transfer != null) {
                answers.put(transfer, client.pay(transfer));
                transfer = next();
            }
        } finally {
            clientsAtWork.countDown();
        }
    }
}
