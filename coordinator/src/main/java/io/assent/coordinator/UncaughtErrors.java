package io.assent.coordinator;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process where a thread has died of an error, such as an exhausted memory. Without its log writer, say, a replica would keep its
 * share and refuse all of it; a replica that is dead harms nobody, for the others take its share. Thread-safe.
 */
final class UncaughtErrors implements Thread.UncaughtExceptionHandler {

    /** The exit status. */
    static final int STATUS = 70;

    private static final Logger LOG = LoggerFactory.getLogger(UncaughtErrors.class);

    private final IntConsumer halt;

    /** @param halt ends the process at once, with this status */
    UncaughtErrors(IntConsumer halt) {
        this.halt = halt;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        try {
            LOG.error("a thread has died diedThread={}", thread.getName(), thrown);
        } finally {
            if (thrown instanceof Error) {
                halt.accept(STATUS);
            }
        }
    }
}
