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
 * leaves the outcome unknown, and is repeated until the patience is over; not for so long where nothing but servers that
 * are no coordinators answered.
 */
final class OutcomeRequest {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeRequest.class);
    private static final int STATUS_OK = 200;
    private static final int STATUS_CLIENT_ERROR_FIRST = 400;
    private static final int STATUS_SERVER_ERROR_FIRST = 500;

    /** What is kept of the patience for a last attempt after the last delay. */
    private static final Duration LAST_ATTEMPT = Duration.ofMillis(100);

    /**
     * Who has heard for so long, from every replica, only that there is no coordinator, asks no longer: the URLs are wrong. A
     * proxy that has lost its way to the replicas for a moment says the same, hence the time.
     */
    private static final Duration NO_COORDINATOR_AFTER = Duration.ofSeconds(3);

    /** These say what the row says, so they hold whatever came of attempts before. */
    private static final Set<String> ABOUT_THE_ROW = Set.of("LIST_MISMATCH", "ALREADY_COMMITTED", "GONE");

    /** These say only that this attempt did nothing. An earlier attempt may have. */
    private static final Set<String> ABOUT_THE_REQUEST =
            Set.of("MALFORMED", "TOO_LARGE", "NOT_ALLOWED", "ALREADY_DECIDED", "UNKNOWN_TRANSACTION");

    private final ReplicaExchange exchange;
    private final Gtrid gtrid;
    private final String action;
    private final Asking asking;

    private int attempts;
    private String lastFailure = "no attempt was made";
    private Duration retryAfter = Duration.ZERO;
    private boolean maybeCarriedOut;
    private boolean onlyStrangersAnswered;

    /**
     * What was said, and by whom.
     *
     * @param replica the base URL that was asked, or that a redirect led to
     */
    record Heard(URI replica, Said said) {

        static Heard in(ReplicaExchange.Reached reached) {
            return new Heard(reached.replica(), Said.in(reached.reply()));
        }
    }

    /** Sends the request to one replica; makes it anew for each, because the time that is left goes with it. */
    interface Asking {
        Heard ask(URI replica, Duration patienceLeft) throws IOException, InterruptedException;
    }

    OutcomeRequest(ReplicaExchange exchange, Gtrid gtrid, String action, Asking asking) {
        this.exchange = exchange;
        this.gtrid = gtrid;
        this.action = action;
        this.asking = asking;
    }

    OutcomeAnswer ask(Duration patience) {
        long endNanos = System.nanoTime() + patience.toNanos();
        long strangersEndNanos = System.nanoTime() + NO_COORDINATOR_AFTER.toNanos();
        try {
            for (int round = 0; ; round++) {
                retryAfter = Duration.ZERO;
                onlyStrangersAnswered = true;
                OutcomeAnswer answer = askEachReplica(endNanos);
                if (answer != null) {
                    return answer;
                }
                if (!onlyStrangersAnswered) {
                    strangersEndNanos = System.nanoTime() + NO_COORDINATOR_AFTER.toNanos();
                }
                Duration left = left(endNanos).minus(LAST_ATTEMPT);
                if (left.isNegative()
                        || left.isZero()
                        || left(strangersEndNanos).isZero()) {
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
        attempts++;
        boolean onlyStrangersBefore = onlyStrangersAnswered;
        onlyStrangersAnswered = false;
        try {
            Heard heard = asking.ask(base, left);
            onlyStrangersAnswered = onlyStrangersBefore && heard.said().isFromNoCoordinator();
            OutcomeAnswer answer = told(heard);
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

    private @Nullable OutcomeAnswer told(Heard heard) {
        OutcomeAnswer answer;
        try {
            answer = understood(heard.said());
        } catch (MalformedException e) {
            exchange.order().failed(heard.replica());
            throw e;
        }
        if (answer != null || heard.said().isOverloaded()) {
            exchange.order().answered(heard.replica());
        } else {
            exchange.order().failed(heard.replica());
        }
        return answer;
    }

    private @Nullable OutcomeAnswer understood(Said said) {
        int status = said.status();
        if (status == STATUS_OK) {
            OutcomeReply outcome = TransactionJson.readOutcome(said.body().get());
            if (outcome.gtrid().equals(gtrid)) {
                return new OutcomeAnswer.Known(outcome);
            }
            lastFailure = said.from() + ": the reply was about transaction " + outcome.gtrid();
            return null;
        }
        lastFailure = said.from() + ": " + said.describe();
        Duration asked = said.retryAfter();
        retryAfter = asked.compareTo(retryAfter) > 0 ? asked : retryAfter;
        boolean clientError = status >= STATUS_CLIENT_ERROR_FIRST && status < STATUS_SERVER_ERROR_FIRST;
        return clientError ? refused(said.problem()) : null;
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
