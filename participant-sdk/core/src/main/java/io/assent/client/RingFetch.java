package io.assent.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks replicas for the ring until one tells it. The next one is asked when one fails, or is silent for a moment: a dead
 * seed holds nobody up. Occupies no thread. For one use.
 */
final class RingFetch {

    /** How many replicas are asked at most. */
    static final int CANDIDATES_MAX = 8;

    /** How long one may be silent before another is asked beside it. */
    static final Duration NEXT_AFTER = Duration.ofMillis(200);

    /** How long one may take for its whole reply. */
    static final Duration REPLY_TIMEOUT = Duration.ofSeconds(2);

    /** The longest reply; 255 members with long URLs take half of it. */
    static final int REPLY_BYTES_MAX = 256 * 1024;

    private static final int STATUS_OK = 200;
    private static final int STATUS_NOT_FOUND = 404;

    private final HttpClient http;
    private final Suspects suspects;
    private final List<URI> candidates;
    private final Duration replyTimeout;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final CompletableFuture<RingAnswer> answer = new CompletableFuture<>();
    private volatile RingAnswer otherwise = new RingAnswer.NoAnswer("no replica was asked");

    /** @param suspects where those that are silent go, and those that answer are taken from */
    RingFetch(HttpClient http, Suspects suspects, List<URI> candidates, Duration replyTimeout) {
        this.http = http;
        this.replyTimeout = replyTimeout;
        this.suspects = suspects;
        this.candidates = candidates.stream().limit(CANDIDATES_MAX).toList();
    }

    /** Never completes exceptionally, and within a bounded time. */
    CompletableFuture<RingAnswer> start() {
        askNext();
        return answer;
    }

    private void askNext() {
        int index = next.getAndIncrement();
        if (answer.isDone() || index >= candidates.size()) {
            return;
        }
        URI replica = candidates.get(index);
        AtomicBoolean movedOn = new AtomicBoolean();
        CompletableFuture<?> unused = ask(URI.create(replica + "/v1/ring"), 0).handle((reply, failure) -> {
            ended(replica, reply, failure);
            if (movedOn.compareAndSet(false, true)) {
                askNext();
            }
            return replica;
        });
        after(NEXT_AFTER).execute(() -> {
            if (movedOn.compareAndSet(false, true) && !answer.isDone()) {
                suspects.add(replica);
                askNext();
            }
        });
    }

    private CompletableFuture<HttpResponse<byte[]>> ask(URI uri, int redirects) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/json, application/problem+json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> reply;
        try {
            reply = http.sendAsync(request, BoundedBody.handler(REPLY_BYTES_MAX));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        // The request's own timeout would end with the reply's headers.
        after(replyTimeout).execute(() -> reply.cancel(true));
        return reply.thenCompose(received -> {
            if (!Redirects.isRedirect(received)) {
                return CompletableFuture.completedFuture(received);
            }
            try {
                return ask(Redirects.target(received, redirects), redirects + 1);
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    private void ended(URI replica, @Nullable HttpResponse<byte[]> reply, @Nullable Throwable failure) {
        if (reply == null) {
            suspects.add(replica);
            remember(new RingAnswer.NoAnswer(replica + ": " + failure));
        } else {
            suspects.clear(replica);
            read(replica, reply);
        }
        if (ended.incrementAndGet() == candidates.size()) {
            answer.complete(otherwise);
        }
    }

    private void read(URI replica, HttpResponse<byte[]> reply) {
        if (reply.statusCode() == STATUS_NOT_FOUND) {
            remember(new RingAnswer.NotServed());
        } else if (reply.statusCode() != STATUS_OK) {
            remember(new RingAnswer.NoAnswer(replica + ": " + Said.in(reply).describe()));
        } else {
            try {
                answer.complete(new RingAnswer.Told(Ring.read(reply.body())));
            } catch (RuntimeException e) {
                // Of whatever kind: nothing that a replica sends may leave a fetch without an end.
                remember(new RingAnswer.Malformed(replica + ": " + e.getMessage()));
            }
        }
    }

    /** Silence says less than an answer of any kind, so it does not take the place of one. */
    private synchronized void remember(RingAnswer failed) {
        if (!(failed instanceof RingAnswer.NoAnswer) || otherwise instanceof RingAnswer.NoAnswer) {
            otherwise = failed;
        }
    }

    private static Executor after(Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
