package io.assent.client;

import io.assent.api.CommitsJson;
import io.assent.api.Completion;
import io.assent.api.Gtrid;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Some commits and rollbacks on their way to one replica in one request, each of which gets an answer of its own.
 * Whoever gives up leaves the others to theirs. Thread-safe; does not block.
 */
final class CommitBatch implements CommitLines.Listener {

    static final String PATH = "/v1/commits";

    private static final int STATUS_OK = 200;
    private static final int STATUS_REDIRECT_FIRST = 300;
    private static final int STATUS_SERVER_ERROR_FIRST = 500;

    /** Hears how it goes. */
    interface Listener {

        /** Something of the batch is decided, or answered: the next one may go. */
        void signed(CommitBatch batch);

        /** Nothing more comes. */
        void ended(CommitBatch batch);

        /** The replica has no such endpoint. */
        void notServed();

        /** The replica told its ring. */
        void ring(String version);
    }

    private final URI replica;
    private final Listener listener;
    private final Map<Gtrid, CommitRider> riders;
    private volatile boolean signed;
    private volatile boolean abandoned;
    private volatile long doneNanos;
    private volatile @Nullable CompletableFuture<?> exchange;

    CommitBatch(URI replica, Map<Gtrid, CommitRider> riders, Listener listener) {
        this.replica = replica;
        this.listener = listener;
        this.riders = new ConcurrentHashMap<>(riders);
    }

    void send(ReplicaExchange replicas) {
        CompletableFuture<HttpResponse<byte[]>> reply;
        try {
            reply = replicas.settings().http().sendAsync(request(), this::subscriber);
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        exchange = reply;
        if (abandoned) {
            reply.cancel(true);
        }
        CompletableFuture<?> unused = reply.whenComplete(this::ended);
    }

    /** The caller waits no longer. What nobody waits for any more is given up. */
    void leave(CommitRider rider) {
        if (riders.remove(rider.gtrid(), rider) && riders.isEmpty()) {
            abandon();
        }
    }

    /** Whether everybody had an answer, or had given up, at that time. */
    boolean isDoneSince(long nanos) {
        return riders.isEmpty() && doneNanos - nanos <= 0;
    }

    void abandon() {
        abandoned = true;
        CompletableFuture<?> sent = exchange;
        if (sent != null) {
            sent.cancel(true);
        }
    }

    @Override
    public void sign() {
        if (!signed) {
            signed = true;
            listener.signed(this);
        }
    }

    /** The first answer to each counts; one about something else is no answer to anybody. */
    @Override
    public void answer(CommitsJson.Line line) {
        CommitRider rider = riders.remove(line.gtrid());
        if (rider != null) {
            doneNanos = System.nanoTime();
            rider.said().complete(Optional.of(Said.in(replica, line)));
        }
    }

    private HttpRequest request() {
        List<Completion> completions = new ArrayList<>(riders.size());
        riders.values().forEach(rider -> completions.add(rider.request()));
        return HttpRequest.newBuilder(URI.create(replica + PATH))
                .header("Content-Type", "application/json")
                .header("Accept", CommitsJson.LINES_MEDIA_TYPE + ", application/problem+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(CommitsJson.write(completions)))
                .build();
    }

    private HttpResponse.BodySubscriber<byte[]> subscriber(HttpResponse.ResponseInfo reply) {
        reply.headers().firstValue(ReplicaExchange.RING_HEADER).ifPresent(listener::ring);
        boolean lines = reply.statusCode() == STATUS_OK
                && reply.headers()
                        .firstValue("Content-Type")
                        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith(CommitsJson.LINES_MEDIA_TYPE))
                        .isPresent();
        return lines ? new CommitLines(this) : BoundedBody.handler().apply(reply);
    }

    /** In any case everybody hears of the end, and the lane too: else those behind would wait for ever. */
    private void ended(@Nullable HttpResponse<byte[]> reply, @Nullable Throwable failure) {
        try {
            if (reply == null) {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                lost(cause instanceof IOException io ? io : new IOException(cause));
            } else {
                refused(reply);
            }
        } finally {
            listener.ended(this);
        }
    }

    private void lost(IOException why) {
        riders.values().forEach(rider -> rider.said().completeExceptionally(why));
    }

    /** Whatever a request for many is refused for, a request alone may be not. */
    private void refused(HttpResponse<byte[]> reply) {
        int status = reply.statusCode();
        if (status == STATUS_OK) {
            lost(new IOException("the reply to several requests ended without an answer to this one"));
        } else if (status >= STATUS_REDIRECT_FIRST && status < STATUS_SERVER_ERROR_FIRST) {
            if (isNotServed(status)) {
                listener.notServed();
            }
            riders.values().forEach(rider -> rider.said().complete(Optional.empty()));
        } else {
            riders.values().forEach(rider -> rider.said().complete(Optional.of(Said.in(reply))));
        }
    }

    /** As a coordinator of an earlier version says it: no such path, method, or media type. */
    private static boolean isNotServed(int status) {
        return switch (status) {
            case 404, 405, 406, 415 -> true;
            default -> false;
        };
    }
}
