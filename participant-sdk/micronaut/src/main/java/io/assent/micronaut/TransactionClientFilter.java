package io.assent.micronaut;

import io.assent.InitiatorCrashPoint;
import io.assent.api.Gtrid;
import io.assent.api.JoinedBranches;
import io.assent.api.TransactionContext;
import io.assent.context.TransactionScope;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.annotation.ClientFilter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.client.exceptions.HttpClientErrorDecoder;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.http.client.exceptions.ResponseClosedException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the context of the current transaction along with every call that Micronaut's HTTP clients make in it, and
 * collects the branches that the replies bring back. Calls outside a transaction, and calls to hosts that the
 * configuration excludes, pass untouched.
 */
@ClientFilter(ClientFilter.MATCH_ALL_PATTERN)
final class TransactionClientFilter implements Ordered {

    private static final String ATTRIBUTE = TransactionScope.Call.class.getName();

    private static final String TRANSACTION = Gtrid.class.getName();

    /** Set by Micronaut's client on the request that follows a redirect. */
    private static final String REDIRECT_COUNT = "micronaut.http.client.redirect-count";

    private static final int CAUSES_MAX = 8;

    /** The default one would take the message from the reply's body again, instead of the one that it is given. */
    private static final HttpClientErrorDecoder AS_IT_IS = new HttpClientErrorDecoder() {
        @Override
        public Optional<String> getMessage(Object error) {
            return Optional.empty();
        }
    };

    private final Set<String> excludedHosts;

    TransactionClientFilter(AssentConfiguration configuration) {
        this.excludedHosts = Set.copyOf(configuration.excludedHosts());
    }

    @RequestFilter
    void send(MutableHttpRequest<?> request) {
        TransactionScope scope = TransactionScope.current().orElse(null);
        if (scope == null || excludes(request.getUri())) {
            return;
        }
        if (request.getAttribute(REDIRECT_COUNT).isPresent()) {
            // The client swallows the reply that redirects, and with it the branches that it named.
            scope.calling(describe(request))
                    .lost("redirected to " + describe(request) + "; the branches of the redirecting service are not"
                            + " known. Turn follow-redirects off, or call the target itself");
        }
        request.getHeaders().set(TransactionContext.HEADER, scope.context().toHeader());
        request.setAttribute(ATTRIBUTE, scope.calling(describe(request)));
        request.setAttribute(TRANSACTION, scope.gtrid());
        InitiatorCrashPoint.BEFORE_CALL.reached(scope.gtrid());
    }

    /**
     * Throws a failure again, with the call in its words. A call that ends by being cancelled is never completed, and so
     * leaves the branch list incomplete.
     */
    @ResponseFilter
    void reply(HttpRequest<?> request, @Nullable HttpResponse<?> response, @Nullable Throwable failure) {
        TransactionScope.Call call =
                request.getAttribute(ATTRIBUTE, TransactionScope.Call.class).orElse(null);
        if (call == null) {
            return;
        }
        if (response != null) {
            call.replied(branches(response.getHeaders()));
            // The reply may come on a thread that is in no transaction.
            request.getAttribute(TRANSACTION, Gtrid.class).ifPresent(InitiatorCrashPoint.AFTER_CALL::reached);
        } else if (failure instanceof HttpClientResponseException status) {
            call.replied(branches(status.getResponse().getHeaders()));
        } else if (failure != null && neverConnected(failure)) {
            call.neverSent();
        } else {
            call.lost("no reply to " + describe(request) + ": " + failure);
        }
        if (failure instanceof HttpClientException unnamed) {
            throw naming(request, unnamed);
        }
    }

    /** The same kind of failure, which says whom it called; those that can't be made with other words stay as they are. */
    private static HttpClientException naming(HttpRequest<?> request, HttpClientException failure) {
        String message = describe(request) + ": " + failure.getMessage();
        Class<?> kind = failure.getClass();
        if (failure instanceof HttpClientResponseException status && kind == HttpClientResponseException.class) {
            return new HttpClientResponseException(message, failure, status.getResponse(), AS_IT_IS);
        }
        if (kind == ResponseClosedException.class) {
            HttpClientException named = new ResponseClosedException(message);
            named.initCause(failure);
            return named;
        }
        return kind == HttpClientException.class ? new HttpClientException(message, failure) : failure;
    }

    /** Next to the wire, so that each request that is really sent passes here. Client filters run the lowest first. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    private boolean excludes(URI uri) {
        String host = uri.getHost();
        return host != null && (excludedHosts.contains(host) || excludedHosts.contains(host + ":" + uri.getPort()));
    }

    private static @Nullable String branches(HttpHeaders headers) {
        return headers.get(JoinedBranches.HEADER);
    }

    /** The client connects before it writes, so that a failure to connect proves that nothing was sent. */
    private static boolean neverConnected(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof ConnectException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Without the query, which may be confidential. */
    private static String describe(HttpRequest<?> request) {
        URI uri = request.getUri();
        return request.getMethodName() + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }
}
