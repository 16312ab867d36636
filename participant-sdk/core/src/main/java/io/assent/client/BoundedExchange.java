package io.assent.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and waits for the whole reply at most so long. The timeout of {@link HttpRequest} ends with the
 * reply's headers (JDK-8208693): a body that stalls would hold the caller for ever. The request begins in the caller's thread,
 * which {@link HttpClient#sendAsync} would not do: that costs a change of threads for nothing.
 */
public final class BoundedExchange {

    private static final int NO_CONTENT = 204;

    private BoundedExchange() {}

    /**
     * @param request its own timeout does not count
     * @throws HttpTimeoutException if the reply was not complete in time; the request may have been carried out, unless it is
     *     a {@link HttpConnectTimeoutException}
     * @throws IOException as {@link HttpClient#send} has it
     */
    public static <T> HttpResponse<T> send(
            HttpClient http, HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler, Duration timeout)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        HttpResponse.BodyHandler<T> bounded = reply -> isWithoutBody(reply)
                ? handler.apply(reply)
                : new BoundedSubscriber<>(handler.apply(reply), endNanos - System.nanoTime());
        try {
            return http.send(request.timeout(timeout).build(), bounded);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A connection that was closed because the time was over fails in one way or another.
            boolean isLate = e instanceof HttpTimeoutException || endNanos - System.nanoTime() <= 0;
            throw isLate ? late(timeout, e) : e;
        }
    }

    private static HttpTimeoutException late(Duration timeout, IOException cause) {
        HttpTimeoutException late = new HttpTimeoutException("no complete reply within " + timeout.toMillis() + " ms");
        late.initCause(cause);
        return late;
    }

    private static boolean isWithoutBody(HttpResponse.ResponseInfo reply) {
        return reply.statusCode() == NO_CONTENT
                || reply.headers().firstValueAsLong("Content-Length").orElse(-1) == 0;
    }

    /** A failure as {@link HttpClient#send} would have thrown it. */
    static IOException asSent(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }
}
