package io.assent.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * Sends a request to one replica, and on to where that replica redirects it. Tells the order which replicas are silent
 * and which ring they have; whether a reply is an answer is for the caller to see. Thread-safe.
 */
final class ReplicaExchange {

    /** On every reply of a replica that knows a ring: the version of it. */
    static final String RING_HEADER = "Assent-Ring";

    private final ClientSettings settings;
    private final ReplicaOrder order;

    ReplicaExchange(ClientSettings settings, ReplicaOrder order) {
        this.settings = settings;
        this.order = order;
    }

    /**
     * A reply, and the replica that gave it.
     *
     * @param replica the base URL that was asked, or that a redirect led to
     */
    record Reached(URI replica, HttpResponse<byte[]> reply) {}

    /**
     * Sends the request and waits for the whole reply.
     *
     * @param base the replica's URL
     * @param path what follows it
     * @throws IOException if there was no reply in time, or redirects led nowhere
     */
    Reached send(URI base, String path, HttpRequest.Builder request, Duration timeout)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        URI asked = URI.create(base + path);
        URI replica = base;
        for (int redirects = 0; ; redirects++) {
            try {
                HttpResponse<byte[]> reply = BoundedExchange.send(
                        settings.http(), request.uri(asked).build(), BoundedBody.handler(), left(endNanos));
                reply.headers().firstValue(RING_HEADER).ifPresent(order::ring);
                if (!Redirects.isRedirect(reply)) {
                    return new Reached(replica, reply);
                }
                asked = Redirects.target(reply, redirects);
            } catch (IOException e) {
                if (!isOwnImpatience(e, timeout)) {
                    order.failed(replica);
                }
                throw e;
            }
            order.answered(replica);
            replica = replica(asked, path);
        }
    }

    /** Whether the replica was given less time than is due to it, because the caller's patience was at its end. */
    private boolean isOwnImpatience(IOException failure, Duration timeout) {
        return failure instanceof HttpTimeoutException
                && !(failure instanceof HttpConnectTimeoutException)
                && timeout.compareTo(settings.requestTimeout()) < 0;
    }

    private static URI replica(URI redirected, String path) {
        String uri = redirected.toString();
        return uri.endsWith(path) ? URI.create(uri.substring(0, uri.length() - path.length())) : redirected;
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
