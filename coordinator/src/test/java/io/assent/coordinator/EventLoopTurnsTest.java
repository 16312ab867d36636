package io.assent.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLoopTurnsTest {

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final EventLoopTurns turns = new EventLoopTurns();

    @BeforeEach
    void begin() {
        turns.use(group);
    }

    @AfterEach
    void end() throws InterruptedException {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
    }

    @Test
    void whatATaskOfALoopPutsOffComesAfterItInTheSameThread() throws Exception {
        EventLoop loop = group.next();
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(2);
        loop.execute(() -> {
            for (String name : List.of("first", "second")) {
                turns.afterThis(() -> {
                    order.add(name + " " + loop.inEventLoop());
                    done.countDown();
                });
            }
            order.add("the task");
        });

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("the task", "first true", "second true");
    }

    @Test
    void whoeverIsInNoLoopPutsNothingOff() {
        List<Thread> ran = new CopyOnWriteArrayList<>();

        turns.afterThis(() -> ran.add(Thread.currentThread()));

        assertThat(ran).containsExactly(Thread.currentThread());
    }

    @Test
    void oneTaskIsOverBeforeWhatItPutsOff() throws Exception {
        BlockingQueue<String> order = new LinkedBlockingQueue<>();
        turns.asOne(() -> {
            turns.afterThis(() -> order.add("put off"));
            order.add("the task");
        });

        assertThat(order.poll(20, TimeUnit.SECONDS)).isEqualTo("the task");
        assertThat(order.poll(20, TimeUnit.SECONDS)).isEqualTo("put off");
    }

    @Test
    void anErrorOfATaskIsNotLeftToTheLoop() throws Exception {
        BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
        Error error = new StackOverflowError("of a test");
        turns.asOne(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> told.add(thrown));
            throw error;
        });

        assertThat(told.poll(20, TimeUnit.SECONDS)).isSameAs(error);
    }

    @Test
    void whileNoLoopsAreKnownEverythingRunsAtOnce() {
        EventLoopTurns early = new EventLoopTurns();
        List<Thread> ran = new CopyOnWriteArrayList<>();

        early.afterThis(() -> ran.add(Thread.currentThread()));
        early.asOne(() -> ran.add(Thread.currentThread()));

        assertThat(ran).containsExactly(Thread.currentThread(), Thread.currentThread());
    }

    @Test
    void loopsThatHaveEndedLoseNothing() throws Exception {
        assertThat(group.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS))
                .isTrue();
        List<Thread> ran = new CopyOnWriteArrayList<>();

        turns.asOne(() -> ran.add(Thread.currentThread()));

        assertThat(ran).containsExactly(Thread.currentThread());
    }
}
