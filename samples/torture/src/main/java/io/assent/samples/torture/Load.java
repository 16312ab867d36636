package io.assent.samples.torture;

import io.assent.Assent;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionStatus;
import io.assent.client.CoordinatorUnavailableException;
import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import io.assent.samples.torture.Event.Answer;
import io.assent.samples.torture.Event.Told;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Clients that move money among many accounts, and among few, until they are stopped. */
final class Load {

    static final int CLIENTS_OF_MANY = 8;
    static final int CLIENTS_OF_FEW = 4;

    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final Duration OUTCOME_PATIENCE = Duration.ofSeconds(8);
    private static final Duration ROLLBACK_PATIENCE = Duration.ofSeconds(3);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);
    private static final Duration RESOLVE_PATIENCE = Duration.ofMinutes(2);
    private static final int THINKING_MILLIS_MAX = 100;
    private static final int ASKS_AGAIN_ONE_IN = 20;

    private final Assent assent;
    private final Network network;
    private final History history;
    private final long seed;
    private final Queue<String> unknown = new ConcurrentLinkedQueue<>();
    private final Phaser working = new Phaser(1);
    private volatile boolean stopped;

    Load(Network network, History history, long seed) {
        this.network = network;
        this.history = history;
        this.seed = seed;
        this.assent = Assent.builder()
                .coordinators(Town.COORDINATORS.stream().map(network::url).toList())
                .deadline(DEADLINE)
                .outcomePatience(OUTCOME_PATIENCE)
                .rollbackPatience(ROLLBACK_PATIENCE)
                .build();
    }

    /** @param round so that no two rounds make the same payments */
    void start(int round) {
        stopped = false;
        start(round, Accounts.MANY, CLIENTS_OF_MANY);
        start(round, Accounts.FEW, CLIENTS_OF_FEW);
    }

    /** Returns when every client has its last answer. */
    void stop() {
        stopped = true;
        try {
            working.awaitAdvanceInterruptibly(working.arrive(), STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new DemoException("clients still wait for an answer after " + STOP_PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    /** Asks for what clients do not know, until they do; rolls back what nobody has decided. */
    void resolveUnknown() {
        long deadline = System.nanoTime() + RESOLVE_PATIENCE.toNanos();
        for (String gtrid = unknown.poll(); gtrid != null; gtrid = unknown.poll()) {
            history.add(resolved(gtrid, deadline));
        }
    }

    private void start(int round, Accounts accounts, int clients) {
        for (int i = 0; i < clients; i++) {
            String name = accounts.prefix() + i + "-" + round;
            Random random = new Random(seed ^ name.hashCode());
            Client client = new Client(name, accounts, assent, network, history, random);
            working.register();
            Thread.ofVirtual().name(name).start(() -> work(client, random));
        }
    }

    private void work(Client client, Random random) {
        try {
            while (!stopped && !history.isFull()) {
                Told told = client.transfer();
                if (told.answer() == Answer.UNKNOWN) {
                    unknown.add(told.gtrid());
                }
                if (random.nextInt(ASKS_AGAIN_ONE_IN) == 0) {
                    status(told.gtrid())
                            .ifPresent(decision -> history.add(told(told.gtrid(), decision, "asked again")));
                }
                Pause.of(Duration.ofMillis(random.nextInt(THINKING_MILLIS_MAX)));
            }
        } finally {
            working.arriveAndDeregister();
        }
    }

    private Told resolved(String gtrid, long deadline) {
        while (System.nanoTime() - deadline < 0) {
            Optional<Decision> decision = status(gtrid);
            if (decision.isPresent()) {
                return told(gtrid, decision.get(), "asked afterwards");
            }
            // The answer to this, whatever it is, is the same as that of the next look.
            var _ = assent.coordinator()
                    .rollback(
                            Gtrid.parse(gtrid),
                            new RollbackRequest(List.of(), "nobody knows its outcome", Map.of()),
                            ROLLBACK_PATIENCE);
        }
        return new Told(gtrid, Answer.UNKNOWN, "nobody could say");
    }

    /** Empty while there is no decision, and while no replica answers. */
    private Optional<Decision> status(String gtrid) {
        try {
            return assent.status(Gtrid.parse(gtrid)).flatMap(TransactionStatus::decided);
        } catch (CoordinatorUnavailableException e) {
            return Optional.empty();
        }
    }

    private static Told told(String gtrid, Decision decision, String detail) {
        return new Told(gtrid, decision == Decision.COMMIT ? Answer.COMMITTED : Answer.ABORTED, detail);
    }
}
