package io.assent.samples.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * TCP ports of the loopback interface that nobody listens on. Thread-safe.
 *
 * <p>Whoever is to listen there starts later, and some are killed and started again. So a port is claimed until this process
 * ends: by the UDP port of the same number, which two processes can't have either. And it lies below those that a system gives
 * to outgoing connections (Linux from 32768, others from 49152), since any connection could take one of those meanwhile.
 */
public final class Ports {

    private static final int LOWEST = 10_000;
    private static final int LIMIT = 32_768;
    private static final int ATTEMPTS_MAX = 1_000;
    private static final Queue<DatagramSocket> CLAIMS = new ConcurrentLinkedQueue<>();

    private Ports() {}

    /** The port itself if it is free, else any. */
    static int preferring(int port) {
        return claim(port) ? port : free();
    }

    /**
     * Never the same twice.
     *
     * @throws DemoException if next to none is left
     */
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, LIMIT);
            if (claim(port)) {
                return port;
            }
        }
        throw new DemoException("no free port found from " + LOWEST + " to " + (LIMIT - 1));
    }

    /** Whether nobody listens there. Not every system sees in one of the two ways who listens in the other. */
    static boolean isFree(int port) {
        return canListen(null, port) && canListen(InetAddress.getLoopbackAddress(), port);
    }

    private static boolean canListen(@Nullable InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean claim(int port) {
        try {
            DatagramSocket claim = new DatagramSocket(port, InetAddress.getLoopbackAddress());
            if (isFree(port)) {
                CLAIMS.add(claim);
                return true;
            }
            claim.close();
            return false;
        } catch (BindException e) {
            return false; // claimed by another
        } catch (SocketException e) {
            throw new DemoException("port " + port + " cannot be claimed: " + e.getMessage());
        }
    }
}
