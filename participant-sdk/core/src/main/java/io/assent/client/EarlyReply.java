package io.assent.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSession;

/**
 * A reply of status 200 as soon as the last of its bytes is there. {@link HttpClient#sendAsync} tells of it through another thread,
 * which with one commit at a time takes a fortieth of its time (docs/PERFORMANCE.md). What another status means is left to
 * the client, which may follow a redirect, or ask once more with other credentials.
 */
final class EarlyReply implements HttpResponse<byte[]> {

    private static final int STATUS_OK = 200;

    private final HttpRequest request;
    private final ResponseInfo head;
    private final byte[] body;

    private EarlyReply(HttpRequest request, ResponseInfo head, byte[] body) {
        this.request = request;
        this.head = head;
        this.body = body;
    }

    /**
     * A request under way.
     *
     * @param reply completes with the whole reply, or as {@link HttpClient#sendAsync} has it
     */
    record Exchange(CompletableFuture<HttpResponse<byte[]>> reply, CompletableFuture<?> sent) implements AutoCloseable {

        /** Gives up what has not come. What has leaves its connection to the next request. */
        @Override
        public void close() {
            if (!reply.isDone()) {
                sent.cancel(true);
            }
        }
    }

    /** Sends the request; its reply has at most {@link BoundedBody#BYTES_MAX} bytes. */
    static Exchange send(HttpClient http, HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> reply = new CompletableFuture<>();
        HttpResponse.BodyHandler<byte[]> handler = BoundedBody.handler();
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, head -> {
            HttpResponse.BodySubscriber<byte[]> subscriber = handler.apply(head);
            if (head.statusCode() == STATUS_OK) {
                CompletableFuture<Void> unused = subscriber
                        .getBody()
                        .thenAccept(body -> reply.complete(new EarlyReply(request, head, body)))
                        .toCompletableFuture();
            }
            return subscriber;
        });
        CompletableFuture<?> unused = sent.whenComplete((whole, failure) -> {
            if (failure == null) {
                reply.complete(whole);
            } else {
                reply.completeExceptionally(failure);
            }
        });
        return new Exchange(reply, sent);
    }

    @Override
    public int statusCode() {
        return head.statusCode();
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public Optional<HttpResponse<byte[]>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return head.headers();
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.empty();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public HttpClient.Version version() {
        return head.version();
    }
}
