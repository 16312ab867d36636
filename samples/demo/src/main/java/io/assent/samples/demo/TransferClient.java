package io.assent.samples.demo;

import io.assent.Assent;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.TransactionStatus;
import io.assent.client.CoordinatorUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes payments as a careful client would: asks the coordinator where an outcome is unknown, and tries again what was
 * aborted for a reason that passes. An abort is certain, so trying again can't pay twice.
 */
final class TransferClient {

    /** Trying again would not help. */
    private static final Set<String> FINAL_CODES =
            Set.of("INSUFFICIENT_FUNDS", "UNKNOWN_ACCOUNT", "DUPLICATE_PAYMENT", "INVALID_AMOUNT");

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration REPEAT_FOR = Duration.ofSeconds(60);
    private static final Duration REPEAT_AFTER = Duration.ofMillis(250);
    private static final Duration ASK_FOR = Duration.ofSeconds(60);
    private static final int HTTP_OK = 200;
    private static final int HTTP_CONFLICT = 409;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final URI transfers;
    private final Assent assent;
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    TransferClient(String transferUrl, Assent assent) {
        this.transfers = URI.create(transferUrl + "/transfers");
        this.assent = assent;
    }

    /** How many payments were tried again after an abort. */
    int repeated() {
        return repeated.get();
    }

    /** How many times the coordinator was asked for an outcome. */
    int asked() {
        return asked.get();
    }

    /** Returns when the answer is final. */
    Answer pay(Transfer transfer) {
        long deadline = System.nanoTime() + REPEAT_FOR.toNanos();
        Answer answer = payOnce(transfer);
        while (mayPass(answer) && System.nanoTime() - deadline < 0) {
            repeated.incrementAndGet();
            Pause.of(REPEAT_AFTER);
            answer = payOnce(transfer);
        }
        return answer;
    }

    private static boolean mayPass(Answer answer) {
        return answer instanceof Answer.Aborted aborted && !FINAL_CODES.contains(aborted.code());
    }

    private Answer payOnce(Transfer transfer) {
        String body = "{\"payment\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"amount\":%d}"
                .formatted(transfer.payment(), transfer.from(), transfer.to(), transfer.amount());
        HttpRequest request = HttpRequest.newBuilder(transfers)
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = send(request);
            Map<String, String> fields = Json.texts(response.body());
            String gtrid = fields.getOrDefault("gtrid", "");
            return switch (response.statusCode()) {
                case HTTP_OK -> new Answer.Committed(gtrid);
                case HTTP_CONFLICT ->
                    new Answer.Aborted(
                            gtrid, fields.getOrDefault("code", "NO_CODE"), fields.getOrDefault("detail", ""));
                default -> gtrid.isEmpty() ? lost(response) : askCoordinator(gtrid);
            };
        } catch (IOException e) {
            return new Answer.Unknown("", "no answer from the transfer service: " + e);
        }
    }

    private static Answer lost(HttpResponse<String> response) {
        return new Answer.Unknown("", "status " + response.statusCode() + ": " + response.body());
    }

    private Answer askCoordinator(String gtrid) {
        asked.incrementAndGet();
        long deadline = System.nanoTime() + ASK_FOR.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<Answer> answer = status(gtrid);
            if (answer.isPresent()) {
                return answer.get();
            }
            Pause.of(REPEAT_AFTER);
        }
        return new Answer.Unknown(gtrid, "the coordinator did not know it for " + ASK_FOR.toSeconds() + " s");
    }

    /** Empty while there is no decision, and while no replica answers. */
    private Optional<Answer> status(String gtrid) {
        try {
            return assent.status(Gtrid.parse(gtrid))
                    .flatMap(TransactionStatus::decided)
                    .map(decision -> answer(gtrid, decision));
        } catch (CoordinatorUnavailableException e) {
            return Optional.empty();
        }
    }

    private static Answer answer(String gtrid, Decision decision) {
        return switch (decision) {
            case COMMIT -> new Answer.Committed(gtrid);
            case ABORT -> new Answer.Aborted(gtrid, "ABORTED", "by the coordinator's answer");
        };
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }
}
