package io.assent.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and waits for the whole reply at most so long. The timeout of {@link HttpRequest} ends with the
 * reply's headers (JDK-8208693): a body that stalls would hold the caller for ever.
 */
public final class BoundedExchange {

    private BoundedExchange() {}

    /**
     * @throws HttpTimeoutException if the reply was not complete in time; the request may have been carried out
     * @throws IOException as {@link HttpClient#send} has it
     */
    public static <T> HttpResponse<T> send(
            HttpClient http, HttpRequest request, HttpResponse.BodyHandler<T> handler, Duration timeout)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<T>> reply = http.sendAsync(request, handler);
        try {
            return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw new HttpTimeoutException("no complete reply within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            reply.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw asSent(e.getCause());
        }
    }

    /** A failure as {@link HttpClient#send} would have thrown it. */
    static IOException asSent(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }
}
