package io.assent.coordinator.adapter.http;

import io.assent.api.CommitRequest;
import io.assent.api.Completion;
import io.assent.api.Gtrid;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What initiators ask for in the end: commit or rollback (docs/PROTOCOL.md, section 3). */
@Tag(name = "Transactions")
@Controller("/v1/transactions")
@Produces(MediaType.APPLICATION_JSON)
class CommitController {

    private final Completing completing;
    private final Forwarding forwarding;

    CommitController(Completing completing, Forwarding forwarding) {
        this.completing = completing;
        this.forwarding = forwarding;
    }

    @Post("/{gtrid}/commit")
    @Operation(
            summary = "Commit",
            description = "If every branch votes for it. An abort is an expected result and no error.")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.CommitBody.class),
                            examples = @ExampleObject(Documents.COMMIT_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "What the winning row says",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.OutcomeBody.class),
                            examples = {
                                @ExampleObject(name = "committed", value = Documents.COMMITTED_EXAMPLE),
                                @ExampleObject(name = "aborted", value = Documents.ABORTED_EXAMPLE)
                            }))
    @ApiResponse(
            responseCode = "409",
            description =
                    "LIST_MISMATCH with 'requested' and 'decided', or NOT_THE_ENLISTED with 'requested' and 'enlisted'",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "410",
            description = "GONE",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "413",
            description = "TOO_LARGE",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "422",
            description = "NOT_ALLOWED",
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
    CompletableFuture<? extends HttpResponse<byte[]>> commit(@PathVariable String gtrid, HttpRequest<byte[]> http) {
        Gtrid id = Gtrid.parse(gtrid);
        CommitRequest request = TransactionJson.readCommit(OptionalBody.of(http));
        return complete(
                new Completion.Commit(id, request),
                http,
                elapsed -> TransactionJson.writeCommit(request.after(elapsed)),
                request.remaining().plus(request.waitMax()));
    }

    @Post("/{gtrid}/rollback")
    @Operation(summary = "Roll back")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.RollbackBody.class),
                            examples = @ExampleObject(Documents.ROLLBACK_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "What the winning row says",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.OutcomeBody.class),
                            examples = {@ExampleObject(name = "aborted", value = Documents.ABORTED_EXAMPLE)}))
    @ApiResponse(
            responseCode = "409",
            description = "ALREADY_COMMITTED",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "410",
            description = "GONE",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "422",
            description = "NOT_ALLOWED",
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
    CompletableFuture<? extends HttpResponse<byte[]>> rollback(@PathVariable String gtrid, HttpRequest<byte[]> http) {
        Gtrid id = Gtrid.parse(gtrid);
        RollbackRequest request = TransactionJson.readRollback(OptionalBody.of(http));
        Completion rollback = new Completion.Rollback(id, request);
        return complete(rollback, http, _ -> rollback.body(), Duration.ZERO);
    }

    /**
     * @param body of the request as it is passed on after some time
     * @param wait how long the one to which it is passed on may take
     */
    private CompletableFuture<? extends HttpResponse<byte[]>> complete(
            Completion completion, HttpRequest<byte[]> http, Forwarding.Body body, Duration wait) {
        completing.check(completion);
        if (Completing.isSelfContained(completion)) {
            return here(completion);
        }
        return forwarding
                .elsewhere(completion.gtrid(), http, completion.path(), body, wait)
                .thenCompose(
                        reply -> reply.isPresent() ? CompletableFuture.completedFuture(reply.get()) : here(completion));
    }

    private CompletableFuture<MutableHttpResponse<byte[]>> here(Completion completion) {
        return completing.complete(completion, _ -> {}).thenApply(HttpResponse::ok);
    }
}
