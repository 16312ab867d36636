package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.coordinator.engine.port.Turns;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a writer that waits is woken. */
class WriterLineTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MAX = 10;

    /** A turn that ends when the test says so. */
    private static final class LongTurn implements Turns {

        private final Queue<Runnable> after = new ConcurrentLinkedQueue<>();

        @Override
        public void afterThis(Runnable task) {
            after.add(task);
        }

        @Override
        public void asOne(Runnable task) {
            task.run();
        }

        void end() {
            for (Runnable task = after.poll(); task != null; task = after.poll()) {
                task.run();
            }
        }
    }

    private final LongTurn turn = new LongTurn();
    private final WriterLine<String> line = new WriterLine<>(MAX, turn);
    private Thread waiter = Thread.currentThread();

    @Test
    void whatIsOfferedInOneTurnIsTakenTogether() throws Exception {
        CompletableFuture<List<String>> taken = takenByAWriterThatWaits();

        assertThat(line.offer("one")).isTrue();
        assertThat(line.offer("two")).isTrue();
        assertThat(line.offer("three")).isTrue();
        assertThat(turn.after).as("one wake for all of them").hasSize(1);
        assertThat(waiter.getState()).isEqualTo(Thread.State.TIMED_WAITING);
        turn.end();

        assertThat(taken.get(20, TimeUnit.SECONDS)).containsExactly("one", "two", "three");
    }

    @Test
    void whoComesMeanwhileDoesNotDependOnTheTurnOfAnother() throws Exception {
        CompletableFuture<List<String>> taken = takenByAWriterThatWaits();
        CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> line.offer("of a long turn"));
        assertThat(other.get(20, TimeUnit.SECONDS)).isTrue();
        Runnable ofTheOther = turn.after.remove();

        assertThat(line.offer("of a short turn")).isTrue();
        turn.end();

        assertThat(taken.get(20, TimeUnit.SECONDS)).containsExactly("of a long turn", "of a short turn");
        ofTheOther.run();
    }

    @Test
    void aWriterThatWasInterruptedTakesNothingMore() {
        assertThat(line.offer("one")).isTrue();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> line.take(MAX, LONG)).isInstanceOf(InterruptedException.class);
        assertThat(line.end()).containsExactly("one");
    }

    @Test
    void theNextTurnWakesItToo() throws Exception {
        CompletableFuture<List<String>> first = takenByAWriterThatWaits();
        assertThat(line.offer("one")).isTrue();
        turn.end();
        assertThat(first.get(20, TimeUnit.SECONDS)).containsExactly("one");

        CompletableFuture<List<String>> second = takenByAWriterThatWaits();
        assertThat(line.offer("two")).isTrue();
        turn.end();

        assertThat(second.get(20, TimeUnit.SECONDS)).containsExactly("two");
    }

    @Test
    void whatIsThereAlreadyIsTakenWithoutATurn() throws Exception {
        assertThat(line.offer("one")).isTrue();

        assertThat(line.take(MAX, LONG)).containsExactly("one");
        assertThat(turn.after).isEmpty();
    }

    @Test
    void nothingIsTakenOnceThePatienceIsOver() throws Exception {
        assertThat(line.take(MAX, Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void aWriterThatWaitsCanBeInterrupted() throws Exception {
        CompletableFuture<List<String>> taken = new CompletableFuture<>();
        Thread writer = writer(taken, new CountDownLatch(1));

        writer.interrupt();

        assertThatThrownBy(() -> taken.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    private CompletableFuture<List<String>> takenByAWriterThatWaits() throws InterruptedException {
        CompletableFuture<List<String>> taken = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        Thread writer = writer(taken, started);
        waiter = writer;
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        long giveUpAt = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("the writer does not wait").isLessThan(giveUpAt);
            Thread.onSpinWait();
        }
        return taken;
    }

    private Thread writer(CompletableFuture<List<String>> taken, CountDownLatch started) {
        return Thread.ofPlatform().daemon(true).start(() -> {
            started.countDown();
            try {
                taken.complete(line.take(MAX, LONG));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
    }
}
