package io.assent;

import io.assent.api.JoinedBranches;
import io.assent.api.MalformedException;
import io.assent.api.TransactionContext;
import io.assent.client.BoundedExchange;
import io.assent.context.TransactionScope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Sends requests to services inside a transaction and keeps account of what came back. */
final class TransactionCalls {

    private static final int DESCRIPTION_LENGTH_MAX = 120;

    private final TransactionScope scope;
    private final HttpClient http;

    TransactionCalls(TransactionScope scope, HttpClient http) {
        this.scope = scope;
        this.http = http;
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        Duration remaining = scope.remaining();
        String description = describe(request);
        if (remaining.isZero()) {
            throw new HttpTimeoutException(
                    "the deadline of transaction " + scope.gtrid() + " is over: not sent: " + description);
        }
        Duration timeout =
                request.timeout().filter(own -> own.compareTo(remaining) < 0).orElse(remaining);
        TransactionScope.Call call = scope.calling(description);
        InitiatorCrashPoint.BEFORE_CALL.reached(scope.gtrid());
        try {
            HttpResponse<T> response = BoundedExchange.send(http, withContext(request), handler, timeout);
            complete(call, response, description);
            InitiatorCrashPoint.AFTER_CALL.reached(scope.gtrid());
            return response;
        } catch (ConnectException | HttpConnectTimeoutException e) {
            if (isSentOnce(request)) {
                call.neverSent();
            } else {
                call.lost(lost(description, e));
            }
            throw naming(description, e);
        } catch (InterruptedException e) {
            call.lost(lost(description, e));
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before the reply to " + description + " came");
        } catch (IOException e) {
            call.lost(lost(description, e));
            throw naming(description, e);
        } catch (RuntimeException | Error e) {
            call.lost(lost(description, e));
            throw e;
        }
    }

    /** The same kind of failure, of those that the client tells apart; its own words never say whom it called. */
    private static IOException naming(String description, IOException failure) {
        String message = description + ": " + said(failure);
        IOException named;
        if (failure instanceof HttpConnectTimeoutException) {
            named = new HttpConnectTimeoutException(message);
        } else if (failure instanceof HttpTimeoutException) {
            named = new HttpTimeoutException(message);
        } else if (failure instanceof ConnectException) {
            named = new ConnectException(message);
        } else if (failure instanceof SSLHandshakeException) {
            named = new SSLHandshakeException(message);
        } else if (failure instanceof SSLException) {
            named = new SSLException(message);
        } else if (failure instanceof ProtocolException) {
            named = new ProtocolException(message);
        } else {
            named = new IOException(message);
        }
        named.initCause(failure);
        return named;
    }

    /** The client's failure to connect has no message. */
    private static String said(IOException failure) {
        String message = failure.getMessage();
        boolean notConnected = message == null && failure instanceof ConnectException;
        return notConnected ? "no connection" : String.valueOf(message);
    }

    private HttpRequest.Builder withContext(HttpRequest request) {
        return HttpRequest.newBuilder(request, (name, value) -> !TransactionContext.HEADER.equalsIgnoreCase(name))
                .header(TransactionContext.HEADER, scope.context().toHeader());
    }

    private static void complete(TransactionScope.Call call, HttpResponse<?> response, String description) {
        try {
            call.replied(branchesOf(response));
        } catch (MalformedException e) {
            call.lost("the reply to " + description + " had a malformed header: " + e.getMessage());
        }
    }

    /** The branches of the reply and of every redirect before it; null if one of them named none. */
    private static @Nullable String branchesOf(HttpResponse<?> response) {
        List<String> headers = new ArrayList<>();
        Optional<? extends HttpResponse<?>> reply = Optional.of(response);
        while (reply.isPresent()) {
            List<String> values = reply.get().headers().allValues(JoinedBranches.HEADER);
            if (values.isEmpty()) {
                return null;
            }
            headers.addAll(values);
            reply = reply.get().previousResponse();
        }
        if (headers.size() == 1) {
            return headers.get(0);
        }
        return JoinedBranches.union(headers.stream().map(JoinedBranches::parse).toList())
                .toHeader();
    }

    /**
     * Whether a failure to connect proves that nothing was sent. The client repeats GET and HEAD by itself after a lost
     * reply, and follows redirects and challenges with a request of its own: then an earlier request may have arrived.
     */
    private boolean isSentOnce(HttpRequest request) {
        boolean repeated = "GET".equals(request.method())
                || "HEAD".equals(request.method())
                || System.getProperty("jdk.httpclient.enableAllMethodRetry") != null;
        return !repeated
                && http.followRedirects() == HttpClient.Redirect.NEVER
                && http.authenticator().isEmpty();
    }

    private static String lost(String description, Throwable failure) {
        return "no reply to " + description + ": " + failure.getClass().getSimpleName() + " " + failure.getMessage();
    }

    // Without the query, which may hold what is nobody's business and is not needed to find the call.
    private static String describe(HttpRequest request) {
        String uri = request.uri().toString();
        int query = uri.indexOf('?');
        String call = request.method() + " " + (query < 0 ? uri : uri.substring(0, query));
        return call.length() <= DESCRIPTION_LENGTH_MAX ? call : call.substring(0, DESCRIPTION_LENGTH_MAX) + "…";
    }
}
