package io.assent.samples.demo;

import io.assent.Assent;
import io.assent.AssentException;
import io.assent.Transaction;
import io.assent.TransactionAbortedException;
import io.assent.api.CommitRequest;
import io.assent.client.RingOrder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Clients of the SDK that move money between the banks until they are stopped, each as fast as it can. They wait for the
 * decision, not for the banks, so that a replica which can't deliver does not slow them down.
 */
final class Load {

    static final int CLIENTS = 32;

    /** So many that no transaction ever waits for a row that another one in flight has locked. */
    private static final int ACCOUNTS = 20_000;

    private static final long BALANCE = 1_000_000;
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
    private static final int HTTP_OK = 200;

    private final Map<String, URI> banks;
    private final LastAnswer lastAnswer = new LastAnswer();
    private final Assent assent;
    private final AtomicInteger begun = new AtomicInteger();
    private final ConcurrentMap<Transfer, Answer> answers = new ConcurrentHashMap<>();
    private final Collection<Told> told = new ConcurrentLinkedQueue<>();
    private final CountDownLatch atWork = new CountDownLatch(CLIENTS);
    private volatile boolean stopped;

    Load(Collection<Bank> banks, Collection<String> coordinators) {
        this.banks = banks.stream().collect(Collectors.toMap(Bank::name, bank -> URI.create(bank.url())));
        this.assent = Assent.builder()
                .coordinators(coordinators)
                .deadline(DEADLINE)
                .reply(CommitRequest.Reply.DECIDED)
                .replicaOrder(settings -> lastAnswer.listeningTo(new RingOrder(settings)))
                .build();
    }

    /** The accounts that a bank has to open. */
    static List<Account> accounts(String bank) {
        return IntStream.range(0, ACCOUNTS)
                .mapToObj(i -> new Account(new AccountName(bank, "a" + i), BALANCE))
                .toList();
    }

    void start() {
        for (int i = 0; i < CLIENTS; i++) {
            Thread.ofVirtual().name("client-" + i).start(this::work);
        }
    }

    /** Returns when every client has its last answer. */
    void stop() {
        stopped = true;
        try {
            if (!atWork.await(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new DemoException("clients still wait for an answer after " + STOP_PATIENCE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    /** How many transfers were begun. */
    int begun() {
        return begun.get();
    }

    /** What was answered so far. */
    Map<Transfer, Answer> answers() {
        return Map.copyOf(answers);
    }

    /** The commits so far, in about the order in which they were told. */
    List<Told> told() {
        return List.copyOf(told);
    }

    private void work() {
        try {
            while (!stopped) {
                Transfer transfer = transfer(begun.getAndIncrement());
                answers.put(transfer, pay(transfer));
            }
        } finally {
            atWork.countDown();
        }
    }

    private static Transfer transfer(int number) {
        String from = number % 2 == 0 ? "north" : "south";
        String to = number % 2 == 0 ? "south" : "north";
        String account = "a" + number % ACCOUNTS;
        return new Transfer("t-" + number, new AccountName(from, account), new AccountName(to, account), 1);
    }

    private Answer pay(Transfer transfer) {
        Transaction transaction = assent.begin();
        String gtrid = transaction.gtrid().toString();
        try (transaction) {
            call(transaction, "/debits", transfer.from(), transfer);
            call(transaction, "/credits", transfer.to(), transfer);
            long asked = System.nanoTime();
            transaction.commit();
            told.add(new Told(gtrid, lastAnswer.replica(), asked, System.nanoTime()));
            return new Answer.Committed(gtrid);
        } catch (TransactionAbortedException e) {
            return new Answer.Aborted(gtrid, "ABORTED", String.valueOf(e.getMessage()));
        } catch (AssentException e) {
            return new Answer.Unknown(gtrid, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Answer.Aborted(gtrid, "BANK_FAILED", String.valueOf(e.getMessage()));
        }
    }

    private void call(Transaction transaction, String path, AccountName account, Transfer transfer) throws IOException {
        String body = "{\"payment\":\"%s\",\"account\":\"%s\",\"amount\":%d}"
                .formatted(transfer.payment(), account.id(), transfer.amount());
        URI bank = banks.getOrDefault(account.bank(), URI.create(""));
        HttpRequest request = HttpRequest.newBuilder(bank.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        var reply = transaction.send(request, BodyHandlers.ofString());
        if (reply.statusCode() != HTTP_OK) {
            throw new IOException(account + ": status " + reply.statusCode() + " " + reply.body());
        }
    }
}
