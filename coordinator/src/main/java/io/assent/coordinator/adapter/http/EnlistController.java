package io.assent.coordinator.adapter.http;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.JoinedBranches;
import io.assent.api.JsonBody;
import io.assent.api.MalformedException;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionContext;
import io.assent.api.TransactionJson;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Answer;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Status;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** For initiators without the SDK: begin, and name the branches (docs/PROTOCOL.md, section 3). */
@Tag(name = "Transactions")
@Controller("/v1/transactions")
@Produces(MediaType.APPLICATION_JSON)
class EnlistController {

    /** With as many attempts even one of the most replicas there may be finds one of its own, almost always. */
    private static final int MINTS_MAX = 1000;

    private final Engine engine;
    private final Admission admission;
    private final Undecided undecided;
    private final Forwarding forwarding;
    private final Membership membership;
    private final Scheduler scheduler;

    EnlistController(
            Engine engine,
            Admission admission,
            Undecided undecided,
            Forwarding forwarding,
            Membership membership,
            Scheduler scheduler) {
        this.scheduler = scheduler;
        this.engine = engine;
        this.admission = admission;
        this.undecided = undecided;
        this.forwarding = forwarding;
        this.membership = membership;
    }

    @Post
    @Status(HttpStatus.CREATED)
    @Operation(summary = "Begin", description = "For clients without the SDK; the SDK mints the id itself")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.BeginBody.class),
                            examples = @ExampleObject(Documents.BEGIN_EXAMPLE)))
    @ApiResponse(
            responseCode = "201",
            description = "Begun",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.BegunBody.class),
                            examples = {@ExampleObject(name = "begun", value = Documents.BEGUN_EXAMPLE)}))
    @ApiResponse(
            responseCode = "422",
            description = "NOT_ALLOWED: deadline over the maximum",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "default",
            description = "Any other error; 503 comes with Retry-After and may be repeated",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    CompletableFuture<HttpResponse<byte[]>> begin(HttpRequest<byte[]> http) {
        BeginRequest request = BeginRequest.read(OptionalBody.of(http));
        admission.checkDeadline(request.remaining());
        admission.checkLabels(request.labels());
        Gtrid gtrid = ownGtrid();
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

    /** One that this replica owns, so that the others find its holder at once; any other one would do. */
    private Gtrid ownGtrid() {
        Replicas replicas = membership.replicas();
        Gtrid gtrid = Gtrid.mint(scheduler.wallMillis());
        for (int i = 0; i < MINTS_MAX && !replicas.isOwn(gtrid); i++) {
            gtrid = Gtrid.mint(scheduler.wallMillis());
        }
        return gtrid;
    }

    @Post("/{gtrid}/branches")
    @Operation(
            summary = "Enlist branches",
            description =
                    "As JSON, or with the header Assent-Branches as a service's reply brought it and no body. Any replica passes it on to the one that began the transaction.")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.EnlistBody.class),
                            examples = @ExampleObject(Documents.ENLIST_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "Enlisted",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.EnlistedBody.class)))
    @ApiResponse(
            responseCode = "404",
            description = "UNKNOWN_TRANSACTION: no replica that can be reached holds it",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "409",
            description = "ALREADY_DECIDED",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "413",
            description = "TOO_LARGE: too many branches",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "422",
            description = "NOT_ALLOWED: a participant's origin",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "default",
            description = "Any other error; 503 comes with Retry-After and may be repeated",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    CompletableFuture<? extends HttpResponse<byte[]>> enlist(
            @PathVariable String gtrid,
            @Header(JoinedBranches.HEADER) Optional<String> sent,
            HttpRequest<byte[]> http) {
        Gtrid id = Gtrid.parse(gtrid);
        admission.checkMinted(id);
        String header = sent.orElse(null);
        boolean hasBody = OptionalBody.isThere(http);
        if (header == null) {
            List<Branch> branches = TransactionJson.readEnlist(OptionalBody.of(http));
            return atHolder(id, http, OptionalBody.of(http), () -> enlist(id, branches));
        }
        if (hasBody) {
            throw new MalformedException(
                    JoinedBranches.HEADER, header, "must not come with a body: send the branches in one of the two");
        }
        JoinedBranches joined = JoinedBranches.parse(header);
        Optional<String> incomplete = joined.whyIncomplete();
        return atHolder(
                id,
                http,
                OptionalBody.orNothing(http),
                () -> incomplete.isPresent()
                        ? forbidCommit(id, joined, incomplete.get())
                        : enlist(id, joined.branches()));
    }

    private CompletableFuture<MutableHttpResponse<byte[]>> atHolder(
            Gtrid gtrid, HttpRequest<byte[]> http, byte[] body, Supplier<CompletableFuture<byte[]>> here) {
        return forwarding
                .elsewhere(gtrid, http, "/v1/transactions/" + gtrid + "/branches", _ -> body, Duration.ZERO)
                .thenCompose(reply -> reply.isPresent()
                        ? CompletableFuture.completedFuture(reply.get())
                        : here.get().thenApply(HttpResponse::ok));
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
        RollbackRequest request = new RollbackRequest(joined.branches(), reason, Map.of());
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
}
