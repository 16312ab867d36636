package io.assent.samples.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.load.Workload.NineAndOne;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoadRunTest {

    @Test
    void countsWhatAllClientsWereToldTheWholeTime() throws InterruptedException {
        Thirds candidate = new Thirds();
        // With clients that are not measured.
        LoadRun run = LoadRun.start(candidate, new NineAndOne(), 3);
        assertThat(candidate.some.await(30, TimeUnit.SECONDS)).isTrue();
        run.measure();
        LoadResult result = LoadResult.of(run.stop());

        assertThat(result.ended()).isEqualTo(candidate.begun.get()).isGreaterThanOrEqualTo(Thirds.SOME);
        assertThat(result.committedInAll()).isEqualTo(candidate.committed.get()).isPositive();
        assertThat(result.failedInAll()).isEqualTo(candidate.failed.get()).isPositive();
        assertThat(result.committed()).isLessThanOrEqualTo(result.committedInAll());
        assertThat(result.errors()).isLessThanOrEqualTo(result.failedInAll());
    }

    /** Commits a third, aborts a third, and says nothing about a third. */
    private static final class Thirds implements Candidate {

        private static final int SOME = 300;

        private final AtomicLong begun = new AtomicLong();
        private final AtomicLong committed = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final CountDownLatch some = new CountDownLatch(SOME);

        @Override
        public Ending transact(Work work) throws IOException {
            some.countDown();
            return switch ((int) (begun.incrementAndGet() % 3)) {
                case 0 -> {
                    committed.incrementAndGet();
                    yield Ending.COMMITTED;
                }
                case 1 -> Ending.ABORTED;
                default -> {
                    failed.incrementAndGet();
                    throw new IOException("no answer");
                }
            };
        }

        @Override
        public void close() {}
    }
}
