package io.assent.client;

import io.assent.api.CommitRequest;
import io.assent.api.Completion;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.api.MalformedException;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The coordinator's HTTP API as initiators and participants use it (docs/PROTOCOL.md, sections 3 and 4). Asks one
 * replica after the other; any of them gives the same answer. Thread-safe.
 */
public final class CoordinatorClient implements InquiryGateway {

    private static final int STATUS_OK = 200;
    private static final int STATUS_NOT_FOUND = 404;
    private static final int STATUS_GONE = 410;

    private final ClientSettings settings;
    private final ReplicaOrder order;
    private final ReplicaExchange exchange;
    private final Commits commits;
    private final AtomicInteger completionsUnderWay = new AtomicInteger();

    public CoordinatorClient(ClientSettings settings, ReplicaOrder order) {
        this(settings, order, CommitLane.HELD_UP_MAX);
    }

    /** @param heldUpMax as {@link CommitLane#HELD_UP_MAX} */
    CoordinatorClient(ClientSettings settings, ReplicaOrder order, Duration heldUpMax) {
        this.settings = settings;
        this.order = order;
        this.exchange = new ReplicaExchange(settings, order);
        this.commits = new Commits(exchange, heldUpMax);
    }

    /** An id for a transaction that this client begins. Local; waits for nothing. */
    public Gtrid mint() {
        return order.mint(completionsUnderWay.get());
    }

    /** A client with the default settings, for participants that need nothing else. */
    public static CoordinatorClient connect(String... urls) {
        ClientSettings settings = ClientSettings.of(List.of(urls));
        return new CoordinatorClient(settings, new RingOrder(settings));
    }

    /**
     * Asks for commit, with the same branches each time, until there is an answer or the patience is over. Goes on after
     * the deadline, because only an answer tells what the row says.
     *
     * @param remaining how long until the deadline; takes the place of the request's own at each attempt
     * @param patience how long to go on
     */
    public OutcomeAnswer commit(Gtrid gtrid, CommitRequest request, Supplier<Duration> remaining, Duration patience) {
        OutcomeRequest outcome = new OutcomeRequest(exchange, gtrid, "commit", (replica, left) -> {
            Duration wait = shorter(request.waitMax(), left.dividedBy(2));
            Duration longest = request.reply() == CommitRequest.Reply.APPLIED ? wait : Duration.ZERO;
            Supplier<Completion> now = () -> new Completion.Commit(
                    gtrid,
                    new CommitRequest(request.branches(), remaining.get(), request.reply(), wait, request.labels()));
            Duration timeout = shorter(left, settings.requestTimeout().plus(longest));
            return commits.send(replica, now, timeout);
        });
        return answer(outcome, patience);
    }

    /** Asks for rollback until there is an answer or the patience is over. */
    public OutcomeAnswer rollback(Gtrid gtrid, RollbackRequest request, Duration patience) {
        // Else a replica that does not answer would take all the patience, and nobody else be asked.
        Duration longest = shorter(patience.dividedBy(2), settings.requestTimeout());
        Completion rollback = new Completion.Rollback(gtrid, request);
        OutcomeRequest outcome = new OutcomeRequest(
                exchange,
                gtrid,
                "rollback",
                (replica, left) -> commits.send(replica, () -> rollback, shorter(left, longest)));
        return answer(outcome, patience);
    }

    private OutcomeAnswer answer(OutcomeRequest outcome, Duration patience) {
        completionsUnderWay.incrementAndGet();
        try {
            return outcome.ask(patience);
        } finally {
            completionsUnderWay.decrementAndGet();
        }
    }

    /**
     * What the coordinator says of a transaction now; empty if it has no row and no replica that was asked has it in
     * memory, in state {@code GONE} if it lies below the pruning floor.
     *
     * @throws CoordinatorUnavailableException if no replica answered
     */
    public Optional<TransactionStatus> status(Gtrid gtrid) {
        return fromAny(order.forTransaction(gtrid), transaction(gtrid), HttpRequest.newBuilder(), reply -> {
            if (reply.statusCode() == STATUS_NOT_FOUND && Said.in(reply).saysCode("UNKNOWN_TRANSACTION")) {
                return Optional.empty();
            }
            if (reply.statusCode() == STATUS_GONE && Said.in(reply).saysCode("GONE")) {
                return Optional.of(new TransactionStatus(gtrid, "GONE", null));
            }
            TransactionStatus status = TransactionStatus.read(okBody(reply));
            if (!status.gtrid().equals(gtrid)) {
                throw new IOException("the reply was about transaction " + status.gtrid());
            }
            return Optional.of(status);
        });
    }

    /** {@inheritDoc} Each batch goes once to each replica until one answers; answers to other questions are dropped. */
    @Override
    public List<Inquiry.Answer> inquire(List<Inquiry> inquiries) {
        List<Inquiry.Answer> answers = new ArrayList<>(inquiries.size());
        for (int from = 0; from < inquiries.size(); from += InquiryJson.BATCH_MAX) {
            int to = Math.min(from + InquiryJson.BATCH_MAX, inquiries.size());
            answers.addAll(inquireBatch(inquiries.subList(from, to)));
        }
        return answers;
    }

    private List<Inquiry.Answer> inquireBatch(List<Inquiry> batch) {
        HttpRequest.Builder request = post(InquiryJson.writeInquiries(batch));
        return fromAny(
                order.forAny(),
                "/v1/inquiries",
                request,
                reply -> Replies.answersTo(batch, InquiryJson.readAnswers(okBody(reply))));
    }

    /** Takes the answer from a reply. */
    private interface Reading<T> {
        T read(HttpResponse<byte[]> reply) throws IOException;
    }

    private <T> T fromAny(List<URI> replicas, String path, HttpRequest.Builder request, Reading<T> reading) {
        String last = "";
        for (URI base : replicas) {
            try {
                return answer(exchange.send(base, path, request, settings.requestTimeout()), reading);
            } catch (IOException | MalformedException e) {
                last = base + ": " + Replies.describe(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CoordinatorUnavailableException("interrupted while asking the coordinator at " + base);
            }
        }
        throw new CoordinatorUnavailableException(
                "none of " + replicas.size() + " coordinator URLs answered; the last was " + last);
    }

    private <T> T answer(ReplicaExchange.Reached reached, Reading<T> reading) throws IOException {
        try {
            T answer = reading.read(reached.reply());
            order.answered(reached.replica());
            return answer;
        } catch (IOException | MalformedException e) {
            if (!Said.in(reached.reply()).isOverloaded()) {
                order.failed(reached.replica());
            }
            throw e;
        }
    }

    private static byte[] okBody(HttpResponse<byte[]> reply) throws IOException {
        if (reply.statusCode() != STATUS_OK) {
            throw new IOException(Said.in(reply).describe());
        }
        return reply.body();
    }

    static HttpRequest.Builder post(byte[] body) {
        return HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    static String transaction(Gtrid gtrid) {
        return "/v1/transactions/" + gtrid;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
