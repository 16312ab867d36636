package io.assent.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemSchedulerTest {

    private final SystemScheduler scheduler = new SystemScheduler();
    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void anErrorOfAnActionIsNotLeftToTheTimer() throws Exception {
        Error error = new StackOverflowError("of a test");
        scheduler.after(Duration.ZERO, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
            throw error;
        });
        assertThat(uncaught.poll(20, TimeUnit.SECONDS)).isSameAs(error);
    }

    @Test
    void anExceptionOfAnActionIsNotTakenForAnError() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        scheduler.after(Duration.ZERO, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
            throw new IllegalStateException("of a test");
        });
        scheduler.after(Duration.ofMillis(1), () -> ran.add("the next one"));
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("the next one");
        assertThat(uncaught).isEmpty();
    }
}
