package io.assent.samples.crash;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.JoinedBranches;
import io.assent.api.JsonObject;
import io.assent.api.MalformedException;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.samples.crash.Payment.Told;
import io.assent.samples.demo.Pause;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs single transactions of each kind, and says what it was told. Thread-safe. */
final class Client {

    static final int ACCOUNTS = 500;

    private static final Duration DEADLINE = Duration.ofSeconds(6);
    private static final Duration SHORT_DEADLINE = Duration.ofSeconds(2);
    private static final Duration REPLY_WITHIN = Duration.ofSeconds(20);
    private static final Duration REPEAT_FOR = Duration.ofSeconds(15);
    private static final Duration REPEAT_AFTER = Duration.ofMillis(200);
    private static final int OK = 200;
    private static final int CONFLICT = 409;

    private final Parties parties;
    private final AtomicInteger payments = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(DEADLINE)
            .build();

    Client(Parties parties) {
        this.parties = parties;
    }

    Payment run(Workload workload) {
        int number = payments.incrementAndGet();
        String id = "p-" + number;
        String account = "a" + number % ACCOUNTS;
        return switch (workload) {
            case TRANSFER -> new Payment(id, List.of("north", "south"), transfer(id, account, account));
            case REFUSED -> new Payment(id, List.of("north", "south"), transfer(id, account, "nobody"));
            case BY_HAND -> new Payment(id, List.of("desk", "north"), byHand(id, account));
            case LEFT_ALONE -> {
                work(fresh(SHORT_DEADLINE), "north", "/debits", id, account);
                yield new Payment(id, List.of("north"), Told.ABORTED);
            }
            case HEURISTIC -> {
                heuristic(id, account);
                yield new Payment(id, List.of("north"), Told.ABORTED);
            }
        };
    }

    private Told transfer(String id, String from, String to) {
        String body =
                "{\"payment\":\"%s\",\"from\":\"north:%s\",\"to\":\"south:%s\",\"amount\":1}".formatted(id, from, to);
        return send(parties.url(Parties.INITIATOR), "/transfers", body, "")
                .map(reply -> switch (reply.statusCode()) {
                    case OK -> Told.COMMITTED;
                    case CONFLICT -> Told.ABORTED;
                    default -> Told.UNKNOWN;
                })
                .orElse(Told.UNKNOWN);
    }

    /** Begun at one replica; the other, which has to pass everything on, is told the rest. */
    private Told byHand(String id, String account) {
        Optional<JsonObject> begun = send(
                        parties.url("c1"), "/v1/transactions", "{\"timeoutMillis\":" + DEADLINE.toMillis() + "}", "")
                .map(Client::json);
        if (begun.isEmpty() || !begun.get().has("gtrid")) {
            return Told.ABORTED;
        }
        String context = begun.get().string("context");
        List<Branch> branches = new ArrayList<>();
        Optional<List<Branch>> debited = work(context, "desk", "/debits", id, account);
        Optional<List<Branch>> credited = work(context, "north", "/credits", id, account);
        String path = "/v1/transactions/" + begun.get().string("gtrid");
        if (debited.isEmpty() || credited.isEmpty()) {
            return outcome(path + "/rollback", "");
        }
        branches.addAll(debited.get());
        branches.addAll(credited.get());
        boolean enlisted = send(parties.url("c2"), path + "/branches", "{\"branches\":[" + list(branches) + "]}", "")
                .filter(reply -> reply.statusCode() == OK)
                .isPresent();
        return outcome(path + (enlisted ? "/commit" : "/rollback"), "");
    }

    /** Somebody rolls the prepared branch back by hand, and then it is committed. */
    private void heuristic(String id, String account) {
        String context = fresh(DEADLINE);
        String gtrid = TransactionContext.parse(context).gtrid().toString();
        Optional<List<Branch>> debited = work(context, "north", "/debits", id, account);
        Database north = parties.database("north");
        north.texts("SELECT gid FROM pg_prepared_xacts WHERE gid LIKE '%" + gtrid + "%'")
                .forEach(gid -> north.execute("ROLLBACK PREPARED '" + gid + "'"));
        if (debited.isEmpty()) {
            return;
        }
        String path = "/v1/transactions/" + gtrid;
        outcome(path + "/commit", "{\"branches\":[" + list(debited.get()) + "]}");
        send(
                parties.url("c1"),
                path + "/heuristics/acknowledge",
                "{\"by\":\"matrix\",\"reason\":\"rolled back by hand\"}",
                "");
    }

    /** Repeats the same request, to one replica and the other, until there is an answer. */
    private Told outcome(String path, String body) {
        long end = System.nanoTime() + REPEAT_FOR.toNanos();
        for (int attempt = 0; System.nanoTime() - end < 0; attempt++) {
            Optional<HttpResponse<String>> reply = send(parties.url(attempt % 2 == 0 ? "c2" : "c1"), path, body, "");
            if (reply.isPresent() && reply.get().statusCode() == OK) {
                return json(reply.get()).string("decision").equals("COMMIT") ? Told.COMMITTED : Told.ABORTED;
            }
            Pause.of(REPEAT_AFTER);
        }
        return Told.UNKNOWN;
    }

    /** The branches that the bank's reply named; empty if it refused, or if the list may be incomplete. */
    private Optional<List<Branch>> work(String context, String bank, String path, String id, String account) {
        String body = "{\"payment\":\"%s\",\"account\":\"%s\",\"amount\":1}".formatted(id, account);
        return send(parties.url(bank), path, body, context)
                .filter(reply -> reply.statusCode() == OK)
                .flatMap(reply -> reply.headers().firstValue(JoinedBranches.HEADER))
                .flatMap(Client::complete);
    }

    private static Optional<List<Branch>> complete(String header) {
        try {
            JoinedBranches joined = JoinedBranches.parse(header);
            return joined.whyIncomplete().isPresent() ? Optional.empty() : Optional.of(joined.branches());
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private String list(List<Branch> branches) {
        return branches.stream().map(this::branch).reduce((a, b) -> a + "," + b).orElse("");
    }

    private String branch(Branch branch) {
        String url = branch.id().participant().toString();
        String text =
                "{\"participant\":\"" + url + "\",\"bqual\":\"" + branch.id().bqual() + "\"";
        if (url.startsWith(parties.url("desk"))) {
            return text + "}";
        }
        return text + ",\"inquires\":true"
                + (branch.vote() instanceof Vote.Prepared(String evidence)
                        ? ",\"vote\":\"PREPARED\",\"evidence\":\"" + evidence + "\"}"
                        : "}");
    }

    private Optional<HttpResponse<String>> send(String url, String path, String body, String context) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(REPLY_WITHIN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (!context.isEmpty()) {
            request.header(TransactionContext.HEADER, context);
        }
        try {
            return Optional.of(http.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static JsonObject json(HttpResponse<String> reply) {
        return JsonObject.parse(reply.body().getBytes(StandardCharsets.UTF_8));
    }

    /** The context of a transaction that no coordinator has heard of. */
    private static String fresh(Duration remaining) {
        return new TransactionContext(Gtrid.mint(), remaining).toHeader();
    }
}
