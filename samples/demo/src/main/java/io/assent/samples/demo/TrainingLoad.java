package io.assent.samples.demo;

import com.sun.net.httpserver.HttpServer;
import io.assent.Assent;
import io.assent.AssentException;
import io.assent.Transaction;
import io.assent.TransactionOptions;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.http.InstructionEndpoint;
import io.assent.participant.BranchResource;
import io.assent.participant.Ending;
import io.assent.participant.Endings;
import io.assent.participant.InDoubtBranch;
import io.assent.participant.InstructionHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a coordinator does while its profiles are taken: it finishes what another one has left, then transactions of two participants
 * without any work, by one client for a while, then by many at once, whose commits ride together; some are rolled back, some are asked
 * about. A profile is worth what it resembles: one of a few commits, one after the other, made the coordinator slower for good
 * (docs/PERFORMANCE.md, section 5).
 */
final class TrainingLoad implements AutoCloseable {

    /** How long one client is alone. */
    static final Duration ALONE = Duration.ofSeconds(2);

    /** How long all are at it then. */
    static final Duration TOGETHER = Duration.ofSeconds(20);

    private static final int CLIENTS = 32;

    /** More than a first page of recovery. */
    private static final int LEFT = 100;

    /** Of so many transactions one is rolled back. */
    private static final int ROLLED_BACK = 10;

    /** Of so many transactions one is asked about afterwards; most of them have committed. */
    private static final int ASKED_ABOUT = 51;

    private final Assent assent;
    private final List<HttpServer> participants = new ArrayList<>();

    private TrainingLoad(String coordinator, List<Integer> ports) throws IOException {
        assent = Assent.connect(coordinator);
        for (int port : ports) {
            participants.add(participant(port));
        }
    }

    /**
     * Participants that listen, and nothing else yet.
     *
     * @param ports where each participant listens
     */
    static TrainingLoad on(String coordinator, List<Integer> ports) throws IOException {
        return new TrainingLoad(coordinator, ports);
    }

    /**
     * Transactions that are committed and that no participant has heard of.
     *
     * @param ports of the participants, where nobody listens yet
     */
    static void leave(String coordinator, List<Integer> ports) {
        TransactionOptions decided = TransactionOptions.DEFAULT.withReply(CommitRequest.Reply.DECIDED);
        try (Assent assent = Assent.connect(coordinator)) {
            for (int i = 0; i < LEFT; i++) {
                try (Transaction transaction = assent.begin(decided)) {
                    ports.forEach(port -> transaction.scope().join(prepared(port)));
                    transaction.commit();
                }
            }
        } catch (AssentException e) {
            throw new DemoException("a transaction went wrong: " + e);
        }
    }

    /**
     * One client, then many.
     *
     * @return how many transactions there were
     * @throws DemoException if one has not ended as it should
     */
    int run(Duration alone, Duration together) {
        return by(1, alone) + by(CLIENTS, together);
    }

    @Override
    public void close() {
        participants.forEach(participant -> participant.stop(0));
        assent.close();
    }

    private int by(int clients, Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                counts.add(threads.submit(() -> until(endNanos)));
            }
            int transactions = 0;
            for (Future<Integer> count : counts) {
                transactions += count.get();
            }
            return transactions;
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        } catch (ExecutionException e) {
            throw new DemoException("a transaction went wrong: " + e.getCause());
        }
    }

    private int until(long endNanos) {
        int count = 0;
        while (System.nanoTime() - endNanos < 0) {
            count++;
            transact(count);
        }
        return count;
    }

    private void transact(int number) {
        try (Transaction transaction = assent.begin()) {
            participants.forEach(participant ->
                    transaction.scope().join(prepared(participant.getAddress().getPort())));
            if (number % ROLLED_BACK == 0) {
                transaction.rollback();
            } else {
                transaction.commit();
            }
            if (number % ASKED_ABOUT == 0 && assent.status(transaction.gtrid()).isEmpty()) {
                throw new DemoException("the coordinator has forgotten " + transaction.gtrid());
            }
        }
    }

    /** A branch that has voted already, as a call to a service would have brought it back. */
    private static Branch prepared(int port) {
        ParticipantUrl url = new ParticipantUrl("http://127.0.0.1:" + port + "/assent");
        return new Branch(new BranchId(url, Bqual.mint()), Inquiring.CAN, new Vote.Prepared("1"));
    }

    private static HttpServer participant(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/assent", new InstructionEndpoint(new InstructionHandler(new Willing())));
        server.start();
        return server;
    }

    /** Does at once whatever it is told. */
    private static final class Willing implements BranchResource {

        @Override
        public List<InstructionResult> carryOut(List<Instruction> instructions) {
            return instructions.stream().map(Willing::carryOut).toList();
        }

        @Override
        public List<InDoubtBranch> inDoubt() {
            return List.of();
        }

        private static InstructionResult carryOut(Instruction instruction) {
            return switch (instruction.action()) {
                case PREPARE -> InstructionResult.of(instruction, InstructionResult.Result.READ_ONLY);
                case COMMIT -> Endings.afterCommit(instruction, Ending.COMMITTED);
                case ROLLBACK -> Endings.afterRollback(instruction, Ending.ROLLED_BACK);
            };
        }
    }
}
