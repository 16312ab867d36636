package io.assent.coordinator.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for what a test kills and starts again: not of those that a system gives to outgoing connections (Linux from 32768,
 * others from 49152), since one of those could be taken by any connection meanwhile. Thread-safe.
 */
public final class TestPorts {

    private static final int LOWEST = 10_000;
    private static final int LIMIT = 32_768;
    private static final int ATTEMPTS_MAX = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private TestPorts() {}

    /** One that nobody listens on; never the same twice in this process. */
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, LIMIT);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + LOWEST + " to " + (LIMIT - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket everywhere = new ServerSocket(port)) {
            return everywhere.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
