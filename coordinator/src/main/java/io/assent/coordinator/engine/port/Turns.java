package io.assent.coordinator.engine.port;

/**
 * When work is taken up, so that what one request or one statement brings is taken up together. For speed only. Thread-safe; no
 * method blocks, and no task may.
 */
public interface Turns {

    /** Every thread by itself: each task at once, in the caller's thread. */
    Turns NONE = new Turns() {
        @Override
        public void afterThis(Runnable task) {
            task.run();
        }

        @Override
        public void asOne(Runnable task) {
            task.run();
        }
    };

    /** Runs the task once the calling thread is done with the request or reply that it is at; at once if it is at none. */
    void afterThis(Runnable task);

    /**
     * Runs the task as if it were a request, where there are turns: what it puts off by {@link #afterThis}, or gives to its own thread,
     * comes after all of it.
     */
    void asOne(Runnable task);
}
