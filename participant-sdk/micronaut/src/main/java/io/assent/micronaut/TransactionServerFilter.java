package io.assent.micronaut;

import io.assent.api.JoinedBranches;
import io.assent.api.MalformedException;
import io.assent.api.TransactionContext;
import io.assent.context.TransactionScope;
import io.assent.participant.ParticipantCrashPoint;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves a request that came in a transaction inside that transaction, and names the branches that joined in every
 * reply to it, errors too. A request outside a transaction passes untouched.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class TransactionServerFilter implements Ordered {

    private static final String ATTRIBUTE = BoundTransaction.class.getName();

    @RequestFilter
    @Nullable
    HttpResponse<?> open(HttpRequest<?> request, MutablePropagatedContext propagated) {
        List<String> contexts = request.getHeaders().getAll(TransactionContext.HEADER);
        if (contexts.isEmpty()) {
            return null;
        }
        BoundTransaction served = of(request);
        if (served == null) {
            try {
                served = new BoundTransaction(TransactionScope.open(parse(contexts)));
            } catch (MalformedException e) {
                // Without the branch list: a caller that sends what nobody can read had better not commit.
                return Problem.malformed(e).toResponse();
            }
            request.setAttribute(ATTRIBUTE, served);
            ParticipantCrashPoint.BEFORE_WORK.reached(served.scope().gtrid());
        }
        // Already opened: Micronaut runs the filters again where it makes a reply out of an error.
        propagated.add(served);
        return null;
    }

    @ResponseFilter
    void reply(HttpRequest<?> request, MutableHttpResponse<?> response) {
        BoundTransaction served = of(request);
        if (served == null) {
            return;
        }
        served.end();
        response.getHeaders().set(JoinedBranches.HEADER, served.scope().seal().toHeader());
        if (served.hasPrepared()) {
            ParticipantCrashPoint.BEFORE_VOTE.reached(served.scope().gtrid());
        }
    }

    /** Outermost, so that the replies of other filters name the branches too. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    static @Nullable BoundTransaction of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, BoundTransaction.class).orElse(null);
    }

    private static TransactionContext parse(List<String> contexts) {
        if (contexts.size() > 1) {
            throw new MalformedException(
                    TransactionContext.HEADER, String.join(", ", contexts), "may be there only once");
        }
        return TransactionContext.parse(contexts.get(0));
    }
}
