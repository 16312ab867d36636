package io.assent.coordinator;

import io.assent.coordinator.adapter.participant.EventLoops;
import io.assent.coordinator.engine.port.Turns;
import io.micronaut.context.BeanProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The turns of the server's event loops: what a task adds to its own loop runs when the task is over. */
final class EventLoopTurns implements Turns {

    private final BeanProvider<EventLoops> provider;
    private volatile @Nullable EventLoopGroup known;

    /** @param provider asked when the first task comes, for the loops are made while the log is opened */
    EventLoopTurns(BeanProvider<EventLoops> provider) {
        this.provider = provider;
    }

    @Override
    public void afterThis(Runnable task) {
        for (EventExecutor loop : loops()) {
            if (loop.inEventLoop()) {
                run(loop, task);
                return;
            }
        }
        task.run();
    }

    @Override
    public void asOne(Runnable task) {
        run(loops().next(), task);
    }

    private EventLoopGroup loops() {
        EventLoopGroup group = known;
        if (group == null) {
            group = provider.get().group();
            known = group;
        }
        return group;
    }

    /** Loops that have ended take nothing more, and nothing is served any more that it could go together with. */
    private static void run(EventExecutor loop, Runnable task) {
        try {
            loop.execute(() -> endingWithErrors(task));
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** A loop would note an Error and go on, and what the task had left to do would never be done. */
    private static void endingWithErrors(Runnable task) {
        try {
            task.run();
        } catch (Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
