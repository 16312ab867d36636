package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
final class InstructionThreadsTest {

    private static final int MAX = 2;

    private final Set<Thread> ranIn = ConcurrentHashMap.newKeySet();

    /** In virtual threads, and in those of a JVM without them. */
    static Stream<InstructionThreads> both() {
        return Stream.of(
                InstructionThreads.of("bank", MAX), new InstructionThreads(InstructionThreads.pool("bank", MAX), MAX));
    }

    @ParameterizedTest
    @MethodSource("both")
    void asManyRunBesideTheCallerAsMayAndTheNextRunsInIt(InstructionThreads threads) throws Exception {
        CountDownLatch begun = new CountDownLatch(MAX);
        CountDownLatch goOn = new CountDownLatch(1);
        for (int i = 0; i < MAX; i++) {
            threads.execute(() -> {
                begun.countDown();
                awaitQuietly(goOn);
            });
        }
        begun.await();

        threads.execute(() -> ranIn.add(Thread.currentThread()));

        assertThat(ranIn).containsExactly(Thread.currentThread());
        goOn.countDown();
    }

    @ParameterizedTest
    @MethodSource("both")
    void onceOneHasEndedTheNextRunsBesideTheCallerAgain(InstructionThreads threads) {
        for (int i = 0; i < 10 * MAX; i++) {
            CompletableFuture<Thread> ran = new CompletableFuture<>();
            threads.execute(() -> ran.complete(Thread.currentThread()));
            ranIn.add(ran.join());
            Eventually.true_("its place is free again", () -> threads.free() == MAX);
        }

        assertThat(ranIn).doesNotContain(Thread.currentThread());
    }

    @ParameterizedTest
    @MethodSource("both")
    void whatComesAfterTheEndRunsAllTheSame(InstructionThreads threads) {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        threads.close();

        threads.execute(() -> ran.complete(Thread.currentThread()));

        assertThat(ran.join()).isNotNull();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
