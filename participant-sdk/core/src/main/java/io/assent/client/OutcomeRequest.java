package io.assent.client;

import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import io.assent.api.OutcomeReply;
import io.assent.api.Problem;
import io.assent.api.TransactionJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request for an outcome, repeated to one replica after the other. Only a reply of status 200 about this transaction
 * is an outcome; only a problem whose code says that repeating won't help ends the repeating otherwise. Everything else
 * leaves the outcome unknown.
 */
final class OutcomeRequest {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeRequest.class);
    private static final int STATUS_OK = 200;
    private static final int STATUS_CLIENT_ERROR_FIRST = 400;
    private static final int STATUS_SERVER_ERROR_FIRST = 500;

    /** What is kept of the patience for a last attempt after the last delay. */
    private static final Duration LAST_ATTEMPT = Duration.ofMillis(100);

    /** These say what the row says, so they hold whatever came of attempts before. */
    private static final Set<String> ABOUT_THE_ROW = Set.of("LIST_MISMATCH", "ALREADY_COMMITTED", "GONE");

    /** These say only that this attempt did nothing. An earlier attempt may have. */
    private static final Set<String> ABOUT_THE_REQUEST =
            Set.of("MALFORMED", "TOO_LARGE", "NOT_ALLOWED", "ALREADY_DECIDED", "UNKNOWN_TRANSACTION");

    private final ReplicaExchange exchange;
    private final Gtrid gtrid;
    private final String action;
    private final Maker maker;

    private int attempts;
    private String lastFailure = "no attempt was made";
    private Duration retryAfter = Duration.ZERO;
    private boolean maybeCarriedOut;

    /** One request as it is to be sent now. */
    record Attempt(HttpRequest.Builder request, Duration timeout) {}

    /** Makes the request anew for each attempt, because the time that is left goes with it. */
    interface Maker {
        Attempt make(Duration patienceLeft);
    }

    OutcomeRequest(ReplicaExchange exchange, Gtrid gtrid, String action, Maker maker) {
        this.exchange = exchange;
        this.gtrid = gtrid;
        this.action = action;
        this.maker = maker;
    }

    OutcomeAnswer ask(Duration patience) {
        long endNanos = System.nanoTime() + patience.toNanos();
        try {
            for (int round = 0; ; round++) {
                retryAfter = Duration.ZERO;
                OutcomeAnswer answer = askEachReplica(endNanos);
                if (answer != null) {
                    return answer;
                }
                Duration left = left(endNanos).minus(LAST_ATTEMPT);
                if (left.isNegative() || left.isZero()) {
                    return new OutcomeAnswer.Unknown(attempts, lastFailure);
                }
                Duration delay = exchange.settings().delays().after(round, retryAfter);
                Thread.sleep((delay.compareTo(left) < 0 ? delay : left).toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new OutcomeAnswer.Unknown(attempts, "interrupted while waiting for the coordinator");
        }
    }

    private @Nullable OutcomeAnswer askEachReplica(long endNanos) throws InterruptedException {
        List<URI> replicas = exchange.order().forTransaction(gtrid);
        for (URI base : replicas) {
            Duration left = left(endNanos);
            if (left.isZero()) {
                return null;
            }
            OutcomeAnswer answer = askOne(base, left);
            if (answer != null) {
                return answer;
            }
            LOG.warn(
                    "coordinator gave no outcome, asking again gtrid={} action={} replica={} attempt={} failure=\"{}\"",
                    gtrid,
                    action,
                    base,
                    attempts,
                    lastFailure);
        }
        return null;
    }

    private @Nullable OutcomeAnswer askOne(URI base, Duration left) throws InterruptedException {
        Attempt attempt = maker.make(left);
        String path = CoordinatorClient.transaction(gtrid) + "/" + action;
        attempts++;
        try {
            ReplicaExchange.Reached reached = exchange.send(base, path, attempt.request(), attempt.timeout());
            OutcomeAnswer answer = told(reached);
            if (answer != null) {
                return answer;
            }
            maybeCarriedOut = true;
        } catch (ConnectException | HttpConnectTimeoutException e) {
            lastFailure = base + ": " + Replies.describe(e);
        } catch (IOException | MalformedException e) {
            maybeCarriedOut = true;
            lastFailure = base + ": " + Replies.describe(e);
        }
        return null;
    }

    private @Nullable OutcomeAnswer told(ReplicaExchange.Reached reached) {
        OutcomeAnswer answer;
        try {
            answer = understood(reached.reply());
        } catch (MalformedException e) {
            exchange.order().failed(reached.replica());
            throw e;
        }
        if (answer != null || Replies.isOverloaded(reached.reply())) {
            exchange.order().answered(reached.replica());
        } else {
            exchange.order().failed(reached.replica());
        }
        return answer;
    }

    private @Nullable OutcomeAnswer understood(HttpResponse<byte[]> reply) {
        int status = reply.statusCode();
        if (status == STATUS_OK) {
            OutcomeReply outcome = TransactionJson.readOutcome(reply.body());
            if (outcome.gtrid().equals(gtrid)) {
                return new OutcomeAnswer.Known(outcome);
            }
            lastFailure = reply.uri() + ": the reply was about transaction " + outcome.gtrid();
            return null;
        }
        lastFailure = reply.uri() + ": " + Replies.describe(reply);
        Duration asked = Replies.retryAfter(reply);
        retryAfter = asked.compareTo(retryAfter) > 0 ? asked : retryAfter;
        boolean clientError = status >= STATUS_CLIENT_ERROR_FIRST && status < STATUS_SERVER_ERROR_FIRST;
        return clientError ? refused(Replies.problem(reply)) : null;
    }

    private @Nullable OutcomeAnswer refused(Optional<Problem> problem) {
        if (problem.isEmpty()) {
            return null;
        }
        String code = problem.get().code();
        if (ABOUT_THE_ROW.contains(code)) {
            return new OutcomeAnswer.Refused(problem.get());
        }
        if (ABOUT_THE_REQUEST.contains(code)) {
            return maybeCarriedOut
                    ? new OutcomeAnswer.Unknown(attempts, lastFailure)
                    : new OutcomeAnswer.Refused(problem.get());
        }
        return null;
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
