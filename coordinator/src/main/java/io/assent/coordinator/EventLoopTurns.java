package io.assent.coordinator;

import io.assent.coordinator.engine.port.Errors;
import io.assent.coordinator.engine.port.Turns;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The turns of the server's event loops: what a task adds to its own loop runs when the task is over. Until the loops are known, and
 * once they have ended, nothing is served that could go together, and every task runs at once.
 */
final class EventLoopTurns implements Turns {

    private volatile @Nullable EventLoopGroup loops;

    /** From now on; they are made while the log is opened. */
    void use(EventLoopGroup group) {
        loops = group;
    }

    @Override
    public void afterThis(Runnable task) {
        EventLoopGroup group = loops;
        if (group != null) {
            for (EventExecutor loop : group) {
                if (loop.inEventLoop()) {
                    run(loop, task);
                    return;
                }
            }
        }
        task.run();
    }

    @Override
    public void asOne(Runnable task) {
        EventLoopGroup group = loops;
        if (group == null) {
            task.run();
        } else {
            run(group.next(), task);
        }
    }

    private static void run(EventExecutor loop, Runnable task) {
        try {
            loop.execute(Errors.uncaught(task));
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }
}
