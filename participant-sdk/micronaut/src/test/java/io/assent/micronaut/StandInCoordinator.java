package io.assent.micronaut;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.assent.api.AbortReason;
import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.OutcomeReply;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionJson;
import io.assent.api.Vote;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Speaks the wire protocol over real HTTP, and keeps its decisions in memory only. */
final class StandInCoordinator implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Gtrid, Decision> decisions = new ConcurrentHashMap<>();
    final Map<Gtrid, CommitRequest> commits = new ConcurrentHashMap<>();
    final Map<Gtrid, RollbackRequest> rollbacks = new ConcurrentHashMap<>();

    StandInCoordinator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/v1/transactions/", this::transaction);
        server.createContext("/v1/inquiries", this::inquiries);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void transaction(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        Gtrid gtrid = Gtrid.parse(path[3]);
        byte[] body = exchange.getRequestBody().readAllBytes();
        OutcomeReply reply;
        if ("commit".equals(path[4])) {
            CommitRequest request = TransactionJson.readCommit(body);
            commits.put(gtrid, request);
            List<Branch> branches = request.listed().orElseThrow();
            boolean yes = branches.stream().allMatch(branch -> votesYes(gtrid, branch));
            reply = decide(gtrid, yes ? Decision.COMMIT : Decision.ABORT, branches, AbortReason.Code.VOTED_NO);
        } else {
            RollbackRequest request = TransactionJson.readRollback(body);
            rollbacks.put(gtrid, request);
            reply = decide(gtrid, Decision.ABORT, request.branches(), AbortReason.Code.ROLLBACK_REQUESTED);
        }
        answer(exchange, TransactionJson.writeOutcome(reply));
    }

    private OutcomeReply decide(Gtrid gtrid, Decision proposal, List<Branch> branches, AbortReason.Code why) {
        Decision winner = decisions.computeIfAbsent(gtrid, id -> proposal);
        Instruction.Action action = winner == Decision.COMMIT ? Instruction.Action.COMMIT : Instruction.Action.ROLLBACK;
        for (Branch branch : branches) {
            if (!(branch.vote() instanceof Vote.ReadOnly)) {
                instruct(action, gtrid, branch);
            }
        }
        AbortReason reason = winner == Decision.COMMIT ? null : new AbortReason(why, "by the stand-in");
        return new OutcomeReply(gtrid, winner, OutcomeReply.Applied.YES, reason);
    }

    private boolean votesYes(Gtrid gtrid, Branch branch) {
        Vote vote = branch.vote();
        if (vote == null) {
            InstructionResult.Result result = instruct(Instruction.Action.PREPARE, gtrid, branch);
            return result == InstructionResult.Result.PREPARED || result == InstructionResult.Result.READ_ONLY;
        }
        return !(vote instanceof Vote.No);
    }

    private InstructionResult.@Nullable Result instruct(Instruction.Action action, Gtrid gtrid, Branch branch) {
        String evidence = branch.vote() instanceof Vote.Prepared prepared ? prepared.evidence() : "";
        byte[] body = InstructionJson.writeInstructions(
                List.of(new Instruction(action, gtrid, branch.id().bqual(), evidence)));
        URI participant = branch.id().participant().toUri();
        try {
            HttpResponse<byte[]> reply = http.send(
                    HttpRequest.newBuilder(participant)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return reply.statusCode() == 200
                    ? InstructionJson.readResults(reply.body()).getFirst().result()
                    : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void inquiries(HttpExchange exchange) throws IOException {
        List<Inquiry.Answer> answers = InquiryJson.readInquiries(
                        exchange.getRequestBody().readAllBytes())
                .stream()
                .map(inquiry -> new Inquiry.Answer(
                        inquiry.gtrid(),
                        inquiry.bqual(),
                        decisions.computeIfAbsent(inquiry.gtrid(), id -> Decision.ABORT) == Decision.COMMIT
                                ? Inquiry.Verdict.COMMIT
                                : Inquiry.Verdict.ABORT))
                .toList();
        answer(exchange, InquiryJson.writeAnswers(answers));
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        http.close();
    }
}
