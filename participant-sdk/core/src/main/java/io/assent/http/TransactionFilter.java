package io.assent.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.assent.api.MalformedException;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.ParticipantCrashPoint;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts business handlers into the transaction that the request came in:
 * {@code context.getFilters().add(new TransactionFilter())}. The handler runs with the {@link TransactionScope} bound to
 * its thread, and every reply to it, errors too, names the branches that joined. A request outside a transaction passes
 * untouched.
 *
 * <p>Once the handler has sent the response headers the list of branches has left: work that it begins after that is in
 * no transaction, and a branch refuses it.
 */
public final class TransactionFilter extends Filter {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionFilter.class);

    @Override
    public String description() {
        return "Assent: binds the transaction of the request, and names its branches in the reply";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        List<String> contexts = exchange.getRequestHeaders().getOrDefault(TransactionContext.HEADER, List.of());
        if (contexts.isEmpty()) {
            chain.doFilter(exchange);
            return;
        }
        TransactionContext context = parse(exchange, contexts);
        if (context != null) {
            inTransaction(TransactionScope.open(context), exchange, chain);
        }
    }

    private static @Nullable TransactionContext parse(HttpExchange exchange, List<String> contexts) throws IOException {
        try {
            if (contexts.size() > 1) {
                throw new MalformedException(
                        TransactionContext.HEADER, String.join(", ", contexts), "may be there only once");
            }
            return TransactionContext.parse(contexts.get(0));
        } catch (MalformedException e) {
            // Without the branch list: a caller that sends what nobody can read had better not commit.
            Problem.malformed(e).answer(exchange);
            exchange.close();
            return null;
        }
    }

    private static void inTransaction(TransactionScope scope, HttpExchange exchange, Chain chain) throws IOException {
        ParticipantCrashPoint.BEFORE_WORK.reached(scope.gtrid());
        TransactionExchange inside = new TransactionExchange(exchange, scope);
        try {
            chain.doFilter(inside);
        } catch (IOException | RuntimeException | Error e) {
            if (inside.repliedAlready()) {
                throw e;
            }
            LOG.error("A handler failed in a transaction: gtrid={} uri={}", scope.gtrid(), inside.uri(), e);
            Problem.of(500, "HANDLER_FAILED", "the handler of this request failed", "see the log of this service")
                    .answer(inside);
        } finally {
            inside.unbind();
        }
        if (inside.repliedAlready() && hasPrepared(scope)) {
            ParticipantCrashPoint.AFTER_VOTE.reached(scope.gtrid());
        }
    }

    static boolean hasPrepared(TransactionScope scope) {
        return scope.joined().branches().stream().anyMatch(branch -> branch.vote() instanceof Vote.Prepared);
    }
}
