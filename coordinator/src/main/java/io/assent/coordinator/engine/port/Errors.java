package io.assent.coordinator.engine.port;

/** What becomes of an Error in a thread that is somebody else's, and would note it and go on. */
public final class Errors {

    private Errors() {}

    /**
     * The task, an Error of which is told to the thread's handler of what nobody has caught, which ends the process: what the task had left to
     * do would never be done.
     */
    public static Runnable uncaught(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Error e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        };
    }
}
