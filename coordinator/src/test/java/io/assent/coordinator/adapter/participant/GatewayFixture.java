package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.adapter.participant.GatewaySettings.Bounds;
import io.assent.coordinator.adapter.participant.GatewaySettings.Pauses;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.ParticipantGateway.Delivered;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the gateway share. */
abstract class GatewayFixture {

    /** How long a test waits before it calls something missing. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A pause that no test outlives: what happens all the same did not wait for it. */
    static final Duration FOR_EVER = Duration.ofHours(1);

    static final Bounds BOUNDS = Bounds.defaults();
    static final Timeouts TIMEOUTS = Timeouts.defaults();
    static final Pauses SHORT_PAUSES = new Pauses(Duration.ofMillis(2), Duration.ofMillis(20));
    static final GatewaySettings SETTINGS = new GatewaySettings(BOUNDS, TIMEOUTS, SHORT_PAUSES);
    static final AllowedOrigins LOOPBACK = AllowedOrigins.of(List.of("http://127.0.0.1:*"));

    /** One thread: what blocks it blocks every participant, and a test sees it. */
    static final EventLoops LOOPS = new EventLoops(
            new MultiThreadIoEventLoopGroup(
                    1, Thread.ofPlatform().daemon().name("loop").factory(), NioIoHandler.newFactory()),
            NioSocketChannel::new);

    final SystemScheduler scheduler = new SystemScheduler();
    final BlockingQueue<Vote> votes = new LinkedBlockingQueue<>();
    final BlockingQueue<Delivered> delivered = new LinkedBlockingQueue<>();
    final List<CountDownLatch> holds = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        holds.forEach(CountDownLatch::countDown);
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        scheduler.close();
    }

    <T extends AutoCloseable> T closing(T closeable) {
        open.add(closeable);
        return closeable;
    }

    HttpParticipantGateway gateway() {
        return gateway(SETTINGS);
    }

    HttpParticipantGateway gateway(GatewaySettings settings) {
        return closing(new HttpParticipantGateway(settings, LOOPBACK, scheduler, LOOPS));
    }

    TestParticipant participant(TestParticipant.Behaviour behaviour) {
        return closing(new TestParticipant(behaviour));
    }

    /** Released at the end of the test, if not before. */
    CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        holds.add(latch);
        return latch;
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waited too long for: %s", what)
                    .isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    static <T> T next(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(next).as("an answer").isNotNull();
            return java.util.Objects.requireNonNull(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static ListedBranch branch(ParticipantUrl participant) {
        return branch(participant, Inquiring.CAN);
    }

    static ListedBranch branch(ParticipantUrl participant, Inquiring inquiring) {
        return new ListedBranch(new BranchId(participant, Bqual.mint()), inquiring, PhaseTwo.TOLD, "7612");
    }

    static Gtrid gtrid() {
        return Gtrid.mint();
    }

    static Delivered applied() {
        return new Delivered.Acknowledged(new Acknowledgement.Applied());
    }
}
