package io.assent.threads;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Virtual threads, of which this code, made for Java 17, does not know. From Java 24 only: before, one that waits inside
 * {@code synchronized} holds up the others (JEP 491).
 */
public final class VirtualThreads {

    private static final int FEATURE_MIN = 24;
    private static final Optional<Executor> EXECUTOR = make();

    private VirtualThreads() {}

    /** Runs each task in a virtual thread of its own, and needs no end; empty where the JVM has none that are fit for it. */
    public static Optional<Executor> executor() {
        return EXECUTOR;
    }

    private static Optional<Executor> make() {
        if (Runtime.version().feature() < FEATURE_MIN) {
            return Optional.empty();
        }
        try {
            Object executor =
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            return Optional.of((Executor) executor);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Java " + Runtime.version().feature() + " without virtual threads", e);
        }
    }
}
