package io.assent.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether a replica that owes a reply is alive: a process that was stopped, or a machine that lost its power,
 * takes requests and says nothing, while a commit may rightly wait for many seconds. Any reply to a small question is a
 * sign of life. However many requests wait, each replica is asked once at a time and about once a second at the most.
 * Thread-safe; occupies no thread.
 */
final class Liveness {

    /** How long a replica may be silent before it is asked, and from one time to the next. */
    static final Duration SILENT_AFTER = Duration.ofSeconds(1);

    /** How long it may take to give any reply at all. */
    static final Duration REPLY_TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient http;
    private final Map<URI, CompletableFuture<Seen>> asked = new ConcurrentHashMap<>();

    Liveness(HttpClient http) {
        this.http = http;
    }

    enum Sign {
        ALIVE,
        SILENT
    }

    private record Seen(Sign sign, long atNanos) {

        boolean isOld() {
            return System.nanoTime() - atNanos >= SILENT_AFTER.toNanos();
        }
    }

    /** Whether the replica gives a sign of life, or did a moment ago. Never completes exceptionally. */
    CompletableFuture<Sign> of(URI replica) {
        // There is an entry for each replica that owed a reply in the last seconds, and for no other.
        asked.values().removeIf(seen -> seen.isDone() && seen.join().isOld());
        return asked.computeIfAbsent(replica, this::ask).thenApply(Seen::sign);
    }

    private CompletableFuture<Seen> ask(URI replica) {
        CompletableFuture<HttpResponse<Void>> reply;
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(replica + "/v1/ring")).build();
            reply = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(new Seen(Sign.SILENT, System.nanoTime()));
        }
        // The request's own timeout would end with the reply's headers.
        CompletableFuture.delayedExecutor(REPLY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> reply.cancel(true));
        return reply.handle(
                (received, failure) -> new Seen(failure == null ? Sign.ALIVE : Sign.SILENT, System.nanoTime()));
    }
}
