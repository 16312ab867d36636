package io.assent.coordinator.adapter.participant;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.ParticipantLane.Taken;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.testing.Interleavings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** The engine offers and two threads of the executor send and settle: each delivery is answered, and answered once. */
public final class ParticipantLaneConcurrencyTest {

    private static final ParticipantUrl NORTH = new ParticipantUrl("http://north:1/assent");
    private static final int OFFERS_MAX = 16;

    /** Made beforehand: parsing is no part of what is checked. */
    private static final List<ListedBranch> BRANCHES = IntStream.range(0, OFFERS_MAX)
            .mapToObj(i -> new ListedBranch(
                    new BranchId(NORTH, new Bqual("b" + i)), Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "7"))
            .toList();

    private static final Gtrid GTRID = Gtrid.mint(1, 1, 1);
    private static final GatewaySettings SETTINGS = GatewaySettings.defaults();

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger offered = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final ParticipantLane lane = new ParticipantLane(
            NORTH,
            ParticipantLane.Access.ALLOWED,
            new Means(
                    SETTINGS,
                    new NoTime(),
                    new Obedient(),
                    new BackOff(SETTINGS.pauses(), bound -> 0),
                    new GatewayStatistics(),
                    (_, _) -> {},
                    new UnderWay()));

    @Test
    void eachDeliveryIsAnsweredOnceWhateverTheOrder() {
        Interleavings.check(ParticipantLaneConcurrencyTest.class);
    }

    @Operation
    public Taken offer() {
        ListedBranch branch = BRANCHES.get(offered.getAndIncrement());
        Pending.Key key = new Pending.Key(GTRID, branch.id().bqual(), Pending.Kind.DELIVERY);
        return lane.offer(key, branch, new Purpose.Telling(Decision.COMMIT, _ -> told.incrementAndGet()));
    }

    /** What a thread of the executor does: sends a batch, or settles a reply. */
    @Operation
    public void work() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    @Validate
    public void allAreAnsweredOnce() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (told.get() != offered.get() || lane.size() != 0) {
            throw new IllegalStateException(
                    offered + " offered, " + told + " answered, " + lane.size() + " left without an answer");
        }
    }

    /** Carries everything out at once. */
    private final class Obedient implements Transport, Transport.Route {

        private final AtomicInteger requests = new AtomicInteger();

        @Override
        public Route open(ParticipantUrl participant) {
            return this;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public CompletableFuture<Reply> send(List<Instruction> instructions) {
            if (requests.incrementAndGet() > OFFERS_MAX) {
                throw new IllegalStateException("more requests than were offered: it would go on for ever");
            }
            List<InstructionResult> results = instructions.stream()
                    .map(i -> InstructionResult.of(i, Result.COMMITTED))
                    .toList();
            return CompletableFuture.completedFuture(new Reply.Answered(results));
        }

        @Override
        public void close() {}
    }

    /** Nothing here fails, so nothing has to be tried later. */
    private static final class NoTime implements Scheduler {

        @Override
        public Cancellable after(Duration delay, Runnable action) {
            return () -> {};
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    }
}
