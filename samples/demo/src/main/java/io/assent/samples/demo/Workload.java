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

/** The transfers, made by several clients at once. */
final class Workload {

    static final int CLIENTS = 16;

    private final TransferClient client;
    private final Queue<Transfer> waiting;
    private final int size;
    private final ConcurrentMap<Transfer, Answer> answers = new ConcurrentHashMap<>();
    private final CountDownLatch clientsAtWork = new CountDownLatch(CLIENTS);

    /** @param seed of the order in which they are made */
    Workload(TransferClient client, List<Transfer> transfers, long seed) {
        this.client = client;
        this.size = transfers.size();
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

    private void work() {
        try {
            Transfer transfer = waiting.poll();
            while (transfer != null) {
                answers.put(transfer, client.pay(transfer));
                transfer = waiting.poll();
            }
        } finally {
            clientsAtWork.countDown();
        }
    }
}
