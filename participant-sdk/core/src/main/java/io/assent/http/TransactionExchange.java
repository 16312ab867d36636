package io.assent.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import io.assent.api.JoinedBranches;
import io.assent.context.TransactionScope;
import io.assent.participant.ParticipantCrashPoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An exchange inside a transaction: binds the scope to the thread that made it, and adds the branch list at the last
 * moment before the response headers leave. From then on nothing may join, in whatever thread, for a branch that joined now
 * would be one that nobody knows.
 */
final class TransactionExchange extends HttpExchange {

    private final HttpExchange exchange;
    private final TransactionScope scope;
    private final TransactionScope.Binding binding;
    private final Thread bound = Thread.currentThread();
    private boolean unbound;
    private volatile boolean replied;

    TransactionExchange(HttpExchange exchange, TransactionScope scope) {
        this.exchange = exchange;
        this.scope = scope;
        this.binding = scope.bind();
    }

    /** Whether the headers have left, or can't any more. */
    boolean repliedAlready() {
        return replied;
    }

    URI uri() {
        return exchange.getRequestURI();
    }

    @Override
    public void sendResponseHeaders(int status, long length) throws IOException {
        replied = true;
        unbind();
        exchange.getResponseHeaders().set(JoinedBranches.HEADER, scope.seal().toHeader());
        if (TransactionFilter.hasPrepared(scope)) {
            ParticipantCrashPoint.BEFORE_VOTE.reached(scope.gtrid());
        }
        exchange.sendResponseHeaders(status, length);
    }

    @Override
    public void close() {
        replied = true;
        exchange.close();
    }

    /** Ends the binding, if this is the thread that has it: a handler may reply from another one. */
    void unbind() {
        if (Thread.currentThread().equals(bound) && !unbound) {
            unbound = true;
            binding.close();
        }
    }

    @Override
    public Headers getRequestHeaders() {
        return exchange.getRequestHeaders();
    }

    @Override
    public Headers getResponseHeaders() {
        return exchange.getResponseHeaders();
    }

    @Override
    public URI getRequestURI() {
        return exchange.getRequestURI();
    }

    @Override
    public String getRequestMethod() {
        return exchange.getRequestMethod();
    }

    @Override
    public HttpContext getHttpContext() {
        return exchange.getHttpContext();
    }

    @Override
    public InputStream getRequestBody() {
        return exchange.getRequestBody();
    }

    @Override
    public OutputStream getResponseBody() {
        return exchange.getResponseBody();
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return exchange.getRemoteAddress();
    }

    @Override
    public int getResponseCode() {
        return exchange.getResponseCode();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return exchange.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return exchange.getProtocol();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return exchange.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        exchange.setAttribute(name, value);
    }

    @Override
    public void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
        exchange.setStreams(in, out);
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return exchange.getPrincipal();
    }
}
