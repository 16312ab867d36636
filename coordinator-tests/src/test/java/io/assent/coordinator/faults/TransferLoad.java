package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.Assent;
import io.assent.OutcomeUnknownException;
import io.assent.Transaction;
import io.assent.TransactionAbortedException;
import io.assent.api.Gtrid;
import io.assent.coordinator.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that move money from one bank to the other, what each was told, and whether the books and the log agree with it.
 */
record TransferLoad(Assent assent, TestBank north, TestBank south, TestPostgres.Database log) {

    /** What both banks have together. */
    static final long MONEY = 200_000;

    private static final int CLIENTS = 8;
    private static final int ACCOUNTS = 100;

    /** Between two transfers of a client, so that a replica that starts meanwhile gets its share of the processors. */
    private static final Duration THINKING = Duration.ofMillis(40);

    /** What happens meanwhile. */
    interface Fault {
        /** @param told what clients were told so far, by transaction */
        void strike(Map<Gtrid, String> told) throws Exception;
    }

    /** That many transfers, while the fault strikes; what each client was told. */
    Map<Gtrid, String> of(int transfers, Fault fault) throws Exception {
        Map<Gtrid, String> told = new ConcurrentHashMap<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < transfers; i++) {
                int account = i % ACCOUNTS;
                running.add(clients.submit(() -> transfer(account, told)));
            }
            await("a first outcome", () -> !told.isEmpty());
            fault.strike(told);
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
        return told;
    }

    /** Transfers for as long as the fault strikes; what each client was told. */
    Map<Gtrid, String> during(Fault fault) throws Exception {
        Map<Gtrid, String> told = new ConcurrentHashMap<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < CLIENTS; i++) {
                int first = i;
                clients.execute(() -> {
                    for (int n = first; !over.get(); n += CLIENTS) {
                        transfer(n % ACCOUNTS, told);
                        LockSupport.parkNanos(THINKING.toNanos());
                    }
                });
            }
            try {
                await("a first outcome", () -> !told.isEmpty());
                fault.strike(told);
            } finally {
                over.set(true);
                clients.shutdown();
            }
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        return told;
    }

    /** Waits until so many more clients have been told an outcome: work goes on. */
    static void awaitMore(Map<Gtrid, String> told, int more) throws Exception {
        int before = told.size();
        await(more + " more outcomes", () -> told.size() >= before + more);
    }

    private void transfer(int account, Map<Gtrid, String> told) {
        Transaction transaction = assent.begin();
        try {
            move(transaction, north.move(account, -1));
            move(transaction, south.move(account, 1));
            told.put(transaction.gtrid(), transaction.commit().decision().name());
        } catch (TransactionAbortedException e) {
            told.put(transaction.gtrid(), "ABORT");
        } catch (OutcomeUnknownException | IOException e) {
            transaction.close(); // unknown: whatever became of it, the books must balance
        }
    }

    /** Both halves of a transfer, not yet committed. */
    Transaction moved(long amount) throws IOException {
        Transaction transaction = assent.begin();
        move(transaction, north.move(1, -amount));
        move(transaction, south.move(1, amount));
        return transaction;
    }

    static void move(Transaction transaction, URI move) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(move)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        int status = transaction.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IOException("bank answered " + status);
        }
    }

    /** The books balance, nothing is left behind, and the log says what every client was told. */
    void assertAllIsWell(Map<Gtrid, String> told) throws Exception {
        await("nothing prepared and nothing unfinished", () -> left() == 0);
        assertThat(north.money() + south.money()).isEqualTo(MONEY);
        Map<Gtrid, String> decided = decisions();
        told.forEach((gtrid, outcome) -> assertThat(decided).containsEntry(gtrid, outcome));
    }

    /** Prepared branches and unfinished transactions. */
    long left() throws Exception {
        return north.prepared()
                + south.prepared()
                + log.number("SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished");
    }

    String decided(Gtrid gtrid) throws Exception {
        return decisions().getOrDefault(gtrid, "NONE");
    }

    private Map<Gtrid, String> decisions() throws Exception {
        Map<Gtrid, String> decided = new ConcurrentHashMap<>();
        try (var connection = log.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT gtrid::text, outcome FROM decision")) {
            while (rows.next()) {
                decided.put(Gtrid.parse(rows.getString(1)), rows.getInt(2) == 1 ? "COMMIT" : "ABORT");
            }
        }
        return decided;
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long giveUpAt = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited 40 s for " + what).isLessThan(giveUpAt);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
