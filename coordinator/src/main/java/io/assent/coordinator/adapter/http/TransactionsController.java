package io.assent.coordinator.adapter.http;

import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.api.JoinedBranches;
import io.assent.api.JsonBody;
import io.assent.api.MalformedException;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionContext;
import io.assent.api.TransactionJson;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.protocol.Answer;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Status;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What initiators ask for: begin, enlist, commit, rollback (docs/PROTOCOL.md, section 3). */
@Controller("/v1/transactions")
@Produces(MediaType.APPLICATION_JSON)
class TransactionsController {

    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

    private final Engine engine;
    private final Admission admission;
    private final Undecided undecided;

    TransactionsController(Engine engine, Admission admission, Undecided undecided) {
        this.engine = engine;
        this.admission = admission;
        this.undecided = undecided;
    }

    @Post
    @Status(HttpStatus.CREATED)
    CompletableFuture<HttpResponse<byte[]>> begin(@Body byte @Nullable [] body) {
        BeginRequest request = BeginRequest.read(orEmptyObject(body));
        admission.checkDeadline(request.remaining());
        admission.checkLabels(request.labels());
        Gtrid gtrid = Gtrid.mint();
        return engine.begin(gtrid, request.remaining(), request.labels()).thenApply(answer -> switch (answer) {
            case Answer.Begun _ -> HttpResponse.created(begun(gtrid, request), URI.create("/v1/transactions/" + gtrid));
            case Answer.Refused refused -> throw Replies.refused(refused);
            case Answer.Unknown _ -> throw Replies.unknown(gtrid);
            case Answer.Enlisted _,
                    Answer.Told _,
                    Answer.ListMismatch _,
                    Answer.NotTheEnlisted _,
                    Answer.AlreadyBegun _,
                    Answer.AlreadyDeciding _,
                    Answer.NotBegun _,
                    Answer.TooManyBranches _,
                    Answer.Gone _ -> throw Replies.unexpected(answer);
        });
    }

    @Post("/{gtrid}/branches")
    CompletableFuture<byte[]> enlist(
            @PathVariable String gtrid,
            @Header(JoinedBranches.HEADER) @Nullable String header,
            @Body byte @Nullable [] body) {
        Gtrid id = Gtrid.parse(gtrid);
        admission.checkMinted(id);
        boolean hasBody = body != null && body.length > 0;
        if (header == null) {
            return enlist(id, TransactionJson.readEnlist(orEmptyObject(body)));
        }
        if (hasBody) {
            throw new MalformedException(
                    JoinedBranches.HEADER, header, "must not come with a body: send the branches in one of the two");
        }
        JoinedBranches joined = JoinedBranches.parse(header);
        Optional<String> incomplete = joined.whyIncomplete();
        return incomplete.isPresent() ? forbidCommit(id, joined, incomplete.get()) : enlist(id, joined.branches());
    }

    @Post("/{gtrid}/commit")
    CompletableFuture<byte[]> commit(@PathVariable String gtrid, @Body byte @Nullable [] body) {
        Gtrid id = Gtrid.parse(gtrid);
        admission.checkMinted(id);
        CommitRequest request = TransactionJson.readCommit(orEmptyObject(body));
        admission.checkDeadline(request.remaining());
        request.listed().ifPresent(admission::checkBranches);
        admission.checkLabels(request.labels());
        return engine.commit(id, request).thenApply(answer -> Replies.toCommit(id, answer));
    }

    @Post("/{gtrid}/rollback")
    CompletableFuture<byte[]> rollback(@PathVariable String gtrid, @Body byte @Nullable [] body) {
        Gtrid id = Gtrid.parse(gtrid);
        RollbackRequest request = TransactionJson.readRollback(orEmptyObject(body));
        admission.checkBranches(request.branches());
        admission.checkLabels(request.labels());
        admission.checkText("reason", request.reason());
        return engine.rollback(id, request).thenApply(answer -> Replies.toRollback(id, answer));
    }

    private CompletableFuture<byte[]> enlist(Gtrid gtrid, List<Branch> branches) {
        admission.checkBranches(branches);
        return engine.enlist(gtrid, branches).thenCompose(answer -> switch (answer) {
            case Answer.Enlisted enlisted -> CompletableFuture.completedFuture(enlisted(gtrid, enlisted));
            case Answer.AlreadyDeciding _ -> throw Replies.alreadyDeciding(gtrid);
            case Answer.NotBegun _ ->
                undecided.whyNotBegun(gtrid).thenApply(problem -> {
                    throw problem;
                });
            case Answer.TooManyBranches tooMany -> throw Replies.tooMany(tooMany);
            case Answer.Gone _ -> throw Replies.gone(gtrid);
            case Answer.Unknown _ -> throw Replies.unknown(gtrid);
            case Answer.Refused refused -> throw Replies.refused(refused);
            case Answer.Begun _, Answer.Told _, Answer.ListMismatch _, Answer.NotTheEnlisted _, Answer.AlreadyBegun _ ->
                throw Replies.unexpected(answer);
        });
    }

    /** A branch may exist that nobody knows, so nobody may commit: it is rolled back before anybody can try. */
    private CompletableFuture<byte[]> forbidCommit(Gtrid gtrid, JoinedBranches joined, String why) {
        admission.checkBranches(joined.branches());
        String reason = "the list of branches is incomplete: " + why;
        admission.checkText("x", reason);
        RollbackRequest request = new RollbackRequest(joined.branches(), reason, java.util.Map.of());
        return engine.rollback(gtrid, request).thenApply(answer -> {
            Replies.toRollback(gtrid, answer);
            throw Problem.of(ErrorCode.ALREADY_DECIDED, "transaction " + gtrid + " has been rolled back: " + reason)
                    .about(JoinedBranches.HEADER, "x=" + why)
                    .remedied("a branch may exist that nobody knows, so it can't be committed: begin a new transaction")
                    .toException();
        });
    }

    private static byte[] begun(Gtrid gtrid, BeginRequest request) {
        String context = new TransactionContext(gtrid, request.remaining()).toHeader();
        return JsonBody.object(json -> {
            json.writeStringField("gtrid", gtrid.toString());
            json.writeStringField("context", context);
        });
    }

    private static byte[] enlisted(Gtrid gtrid, Answer.Enlisted enlisted) {
        return JsonBody.object(json -> {
            json.writeStringField("gtrid", gtrid.toString());
            json.writeNumberField("branches", enlisted.branches());
        });
    }

    /** All fields of these bodies are optional, so the body is too. */
    private static byte[] orEmptyObject(byte @Nullable [] body) {
        return body == null || body.length == 0 ? EMPTY_OBJECT : body;
    }
}
