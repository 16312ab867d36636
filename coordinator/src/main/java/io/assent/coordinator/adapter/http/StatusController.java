package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.http.StatusReader.Until;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Where transactions stand. */
@Tag(name = "Transactions")
@Controller("/v1/transactions")
@Produces(MediaType.APPLICATION_JSON)
class StatusController {

    private static final Set<String> STATUS_PARAMETERS = Set.of("wait", "until");

    private final StatusReader reader;
    private final TransactionLists lists;
    private final Forwarding forwarding;
    private final HttpSettings settings;

    StatusController(StatusReader reader, TransactionLists lists, Forwarding forwarding, HttpSettings settings) {
        this.forwarding = forwarding;
        this.reader = reader;
        this.lists = lists;
        this.settings = settings;
    }

    @Get("/{gtrid}")
    @Operation(
            summary = "Status of one transaction",
            description = "With wait: the reply comes when it has come that far, or after that long")
    @Parameter(
            name = "wait",
            in = ParameterIn.QUERY,
            description = "milliseconds to wait at the most",
            schema = @Schema(type = "integer", example = "10000"))
    @Parameter(
            name = "until",
            in = ParameterIn.QUERY,
            description = "what to wait for: DECIDED (default) or APPLIED",
            schema = @Schema(implementation = Until.class))
    @ApiResponse(
            responseCode = "200",
            description = "Where it stands",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TransactionView.class)))
    @ApiResponse(
            responseCode = "404",
            description = "UNKNOWN_TRANSACTION: says nothing about the outcome as long as its deadline may be running",
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
            responseCode = "default",
            description = "Any other error; 503 comes with Retry-After and may be repeated",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    CompletableFuture<? extends HttpResponse<?>> status(@PathVariable String gtrid, HttpRequest<?> request) {
        Gtrid id = Gtrid.parse(gtrid);
        QueryParameters query = QueryParameters.of(request, STATUS_PARAMETERS);
        Until until = query.constant("until", Until.class).orElse(Until.DECIDED);
        Optional<Duration> wait = query.millis("wait", settings.watchMax());
        CompletableFuture<TransactionView> view =
                wait.isPresent() ? reader.await(id, until, wait.get()) : reader.read(id);
        return view.<HttpResponse<?>>thenApply(HttpResponse::ok)
                .exceptionallyCompose(e ->
                        StatusReader.isUnknown(e) ? fromHolder(id, request, e) : CompletableFuture.failedFuture(e));
    }

    /** Undecided transactions are in the memory of one replica. */
    private CompletableFuture<HttpResponse<?>> fromHolder(Gtrid gtrid, HttpRequest<?> request, Throwable unknown) {
        return forwarding
                .elsewhere(gtrid, request, "/v1/transactions/" + gtrid, _ -> new byte[0], Duration.ZERO)
                .thenCompose(reply -> reply.isPresent()
                        ? CompletableFuture.completedFuture(reply.get())
                        : CompletableFuture.failedFuture(unknown));
    }

    @Get
    @Operation(
            summary = "List transactions",
            description =
                    "Newest first. Those without a decision are in the memory of the replica that is asked; they are listed where the filter asks for their state or for inDoubt.")
    @Parameter(
            name = "state",
            in = ParameterIn.QUERY,
            description = "in this state",
            schema = @Schema(implementation = TransactionView.State.class))
    @Parameter(
            name = "participant",
            in = ParameterIn.QUERY,
            description = "with a branch at this participant",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "label",
            in = ParameterIn.QUERY,
            description = "with this label, as key:value",
            schema = @Schema(type = "string", example = "payment:p-17"))
    @Parameter(
            name = "minAgeMillis",
            in = ParameterIn.QUERY,
            description = "at least this old",
            schema = @Schema(type = "integer"))
    @Parameter(
            name = "maxAgeMillis",
            in = ParameterIn.QUERY,
            description = "at most this old",
            schema = @Schema(type = "integer"))
    @Parameter(
            name = "inDoubt",
            in = ParameterIn.QUERY,
            description = "those of which some branch may not know the decision",
            schema = @Schema(type = "boolean"))
    @Parameter(
            name = "heuristic",
            in = ParameterIn.QUERY,
            description = "those that ended heuristically",
            schema = @Schema(type = "boolean"))
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "1 to 200, 50 if absent",
            schema = @Schema(type = "integer"))
    @Parameter(
            name = "cursor",
            in = ParameterIn.QUERY,
            description = "from the page before",
            schema = @Schema(type = "string"))
    @ApiResponse(
            responseCode = "200",
            description = "A page",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ListView.class)))
    @ApiResponse(
            responseCode = "default",
            description = "Any other error; 503 comes with Retry-After and may be repeated",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    CompletableFuture<ListView> list(HttpRequest<?> request) {
        return lists.list(ListQuery.read(request));
    }
}
