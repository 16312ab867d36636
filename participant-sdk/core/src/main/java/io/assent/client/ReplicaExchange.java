package io.assent.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends a request to one replica, and on to where that replica redirects it. A replica that shows no sign of life is not
 * waited for. Tells the order which replicas are silent and which ring they have; whether a reply is an answer is for
 * the caller to see. Thread-safe.
 */
final class ReplicaExchange {

    /** On every reply of a replica that knows a ring: the version of it. */
    static final String RING_HEADER = "Assent-Ring";

    private final ClientSettings settings;
    private final ReplicaOrder order;
    private final Liveness liveness;

    ReplicaExchange(ClientSettings settings, ReplicaOrder order) {
        this.settings = settings;
        this.order = order;
        this.liveness = new Liveness(settings.http());
    }

    ClientSettings settings() {
        return settings;
    }

    ReplicaOrder order() {
        return order;
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
        return send(base, path, request, timeout, timeout);
    }

    /**
     * As {@link #send(URI, String, HttpRequest.Builder, Duration)}.
     *
     * @param given the time that the replica was given in all, of which the timeout is left
     */
    Reached send(URI base, String path, HttpRequest.Builder request, Duration timeout, Duration given)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        URI asked = URI.create(base + path);
        URI replica = base;
        for (int redirects = 0; ; redirects++) {
            try {
                HttpResponse<byte[]> reply = reply(request.uri(asked).build(), replica, left(endNanos));
                reply.headers().firstValue(RING_HEADER).ifPresent(order::ring);
                if (!Redirects.isRedirect(reply)) {
                    return new Reached(replica, reply);
                }
                asked = Redirects.target(reply, redirects);
            } catch (IOException e) {
                if (!isOwnImpatience(e, given)) {
                    order.failed(replica);
                }
                throw e;
            }
            order.answered(replica);
            replica = replica(asked, path);
        }
    }

    /**
     * Waits for what a replica says to a request that others may have sent.
     *
     * @param given the time that the replica was given in all, of which the timeout is left
     * @throws IOException if it said nothing in time, or shows no sign of life
     */
    <T> T await(URI replica, CompletableFuture<T> said, Duration timeout, Duration given)
            throws IOException, InterruptedException {
        try {
            return said(said, replica, timeout);
        } catch (IOException e) {
            if (!isOwnImpatience(e, given)) {
                order.failed(replica);
            }
            throw e;
        }
    }

    private HttpResponse<byte[]> reply(HttpRequest request, URI replica, Duration timeout)
            throws IOException, InterruptedException {
        try (EarlyReply.Exchange exchange = EarlyReply.send(settings.http(), request)) {
            return said(exchange.reply(), replica, timeout);
        }
    }

    private <T> T said(CompletableFuture<T> reply, URI replica, Duration timeout)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        try {
            while (!isDone(reply, shorter(Liveness.SILENT_AFTER, left(endNanos)))) {
                if (left(endNanos).isZero()) {
                    throw new HttpTimeoutException("no complete reply within " + timeout.toMillis() + " ms");
                }
                CompletableFuture<Liveness.Sign> sign = liveness.of(replica);
                boolean known = isDone(CompletableFuture.anyOf(reply, sign), left(endNanos));
                if (known && !reply.isDone() && sign.join() == Liveness.Sign.SILENT) {
                    throw new IOException("no reply, nor a sign of life within " + Liveness.REPLY_TIMEOUT.toMillis()
                            + " ms of asking for one");
                }
            }
            return reply.get();
        } catch (ExecutionException e) {
            throw BoundedExchange.asSent(e.getCause());
        }
    }

    /** Waits, and tells whether there is an end, be it a failure. */
    static boolean isDone(CompletableFuture<?> future, Duration wait) throws InterruptedException {
        try {
            future.get(wait.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    /**
     * Whether the replica was given much less time than is due to it, because the caller's patience was at its end. Half
     * of it is enough to tell: else a rollback, whose patience is short, would never find a replica wanting.
     */
    private boolean isOwnImpatience(IOException failure, Duration given) {
        return failure instanceof HttpTimeoutException
                && !(failure instanceof HttpConnectTimeoutException)
                && given.compareTo(settings.requestTimeout().dividedBy(2)) < 0;
    }

    private static URI replica(URI redirected, String path) {
        String uri = redirected.toString();
        return uri.endsWith(path) ? URI.create(uri.substring(0, uri.length() - path.length())) : redirected;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
