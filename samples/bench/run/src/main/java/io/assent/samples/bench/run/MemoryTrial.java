package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Workload.NineAndOne;
import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a transaction in flight costs the coordinator in memory: as many clients as there are to be transactions wait for
 * participants that take seconds to answer. The heap is looked at behind a full collection, and compared to that with
 * nothing in flight; the connections of the clients are in it.
 */
final class MemoryTrial {

    /**
     * What was seen.
     *
     * @param clients how many clients there were
     * @param inFlight transactions that the coordinator said were in flight
     * @param heapBytes what was in use then, beyond what is with nothing in flight
     */
    record Used(int clients, int run, long inFlight, long heapBytes) {

        /** As results call it, beside the other half of the workload. */
        static final String VARIANT = "in-flight";

        double bytesPerTransaction() {
            return (double) heapBytes / Math.max(1, inFlight);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,6d clients, run %d: %,6d transactions in flight, %,11d bytes of heap more, %,.0f a transaction",
                    clients,
                    run,
                    inFlight,
                    heapBytes,
                    bytesPerTransaction());
        }
    }

    private static final List<Integer> CLIENTS = List.of(10, 100, 1_000, 10_000);

    /** Below the time that the coordinator allows a participant, so that nothing is sent twice. */
    private static final int ANSWER_MILLIS = 4_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double NEARLY_ALL = 0.9;

    private final Deployment.Site site;
    private final int runs;

    MemoryTrial(Deployment.Site site, int runs) {
        this.site = site;
        this.runs = runs;
    }

    /** @param seen is told of each run as soon as it is over */
    void run(String name, Consumer<Used> seen) {
        try (Deployment deployment = Deployment.start(site, name, Contender.ASSENT, 1)) {
            for (int clients : CLIENTS) {
                for (int run = 1; run <= runs; run++) {
                    seen.accept(use(deployment, clients, run));
                }
            }
        }
    }

    private static Used use(Deployment deployment, int clients, int run) {
        long before = deployment.coordinatorHeap();
        answerAfter(deployment, ANSWER_MILLIS);
        deployment.load(new Point(Series.W8, Series.Variant.of(new NineAndOne()), clients));
        deployment.measure();
        boolean there = Pause.until(() -> deployment.inFlight() >= NEARLY_ALL * clients, PATIENCE);
        long heap = deployment.coordinatorHeap();
        long inFlight = deployment.inFlight();
        answerAfter(deployment, 0);
        var _ = deployment.stop();
        if (!there) {
            throw new DemoException(clients + " clients brought only " + inFlight + " transactions in flight");
        }
        List<String> faults = deployment.books().faults();
        if (!faults.isEmpty()) {
            throw new DemoException("after " + clients + " clients: " + String.join("; ", faults));
        }
        return new Used(clients, run, inFlight, heap - before);
    }

    private static void answerAfter(Deployment deployment, int millis) {
        for (int endpoint = 0; endpoint < Step.ENDPOINTS; endpoint++) {
            deployment.slow(endpoint, millis);
        }
    }
}
