package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.http.OperatorRequest.Abandonment;
import io.assent.coordinator.engine.port.TransactionRecords.HeuristicRecord;
import io.assent.coordinator.engine.port.TransactionRecords.OpenHeuristics;
import io.assent.coordinator.engine.port.TransactionRecords.Operator;
import io.assent.coordinator.protocol.Acknowledgement;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What operators do by hand. */
@Tag(name = "Operators")
@Controller("/v1")
@Produces(MediaType.APPLICATION_JSON)
class OperatorController {

    private static final int LIMIT_MAX = 1000;

    private final ByHand byHand;
    private final Queries queries;
    private final Admission admission;

    OperatorController(ByHand byHand, Queries queries, Admission admission) {
        this.byHand = byHand;
        this.queries = queries;
        this.admission = admission;
    }

    @Serdeable
    @Schema(name = "Heuristic")
    record HeuristicView(
            String gtrid,
            String participant,
            String bqual,
            Acknowledgement.Kind kind,
            String detail,
            Instant recordedAt) {

        static HeuristicView of(HeuristicRecord heuristic) {
            return new HeuristicView(
                    heuristic.gtrid().toString(),
                    heuristic.branch().participant().value(),
                    heuristic.branch().bqual().value(),
                    heuristic.heuristic().kind(),
                    heuristic.heuristic().detail(),
                    heuristic.recordedAt());
        }
    }

    @Serdeable
    @Schema(name = "HeuristicList")
    record HeuristicsView(
            List<HeuristicView> heuristics,

            @Schema(
                    description =
                            "Of several decision logs those that did not answer: what they have is not in the list;"
                                    + " absent if all did")
            @Nullable
            List<String> missing) {

        static HeuristicsView of(OpenHeuristics open) {
            return new HeuristicsView(
                    open.heuristics().stream().map(HeuristicView::of).toList(), ListView.orNothing(open.missing()));
        }
    }

    /** @param acknowledged how many heuristic outcomes were open and are not any longer */
    @Serdeable
    @Schema(name = "AcknowledgeReply")
    record AcknowledgedView(String gtrid, int acknowledged) {}

    @Post("/transactions/{gtrid}/retry")
    @Operation(summary = "Deliver now", description = "Tries at once what is still to be delivered")
    @ApiResponse(
            responseCode = "200",
            description = "Where it stands",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TransactionView.class)))
    @ApiResponse(
            responseCode = "409",
            description = "NOT_DECIDED",
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
    CompletableFuture<TransactionView> retry(@PathVariable String gtrid) {
        return byHand.retry(Gtrid.parse(gtrid));
    }

    @Get("/heuristics")
    @Operation(summary = "Heuristic outcomes that nobody has acknowledged")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000", schema = @Schema(type = "integer"))
    @ApiResponse(
            responseCode = "200",
            description = "Oldest first",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = HeuristicsView.class)))
    @ApiResponse(
            responseCode = "default",
            description = "Any other error; 503 comes with Retry-After and may be repeated",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    CompletableFuture<HeuristicsView> heuristics(HttpRequest<?> request) {
        int limit = QueryParameters.of(request, Set.of("limit"))
                .number("limit", 1, LIMIT_MAX)
                .orElse((long) LIMIT_MAX)
                .intValue();
        return queries.run(records -> HeuristicsView.of(records.openHeuristics(limit)));
    }

    @Post("/transactions/{gtrid}/heuristics/acknowledge")
    @Operation(summary = "Acknowledge the heuristic outcomes of a transaction")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.OperatorBody.class),
                            examples = @ExampleObject(Documents.OPERATOR_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "Acknowledged",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = AcknowledgedView.class)))
    @ApiResponse(
            responseCode = "409",
            description = "NOT_DECIDED",
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
    CompletableFuture<AcknowledgedView> acknowledge(@PathVariable String gtrid, HttpRequest<byte[]> request) {
        Gtrid id = Gtrid.parse(gtrid);
        Operator operator = OperatorRequest.readOperator(admission, OptionalBody.orNothing(request));
        return byHand.acknowledge(id, operator).thenApply(count -> new AcknowledgedView(gtrid, count));
    }

    @Post("/transactions/{gtrid}/branches/abandon")
    @Operation(
            summary = "Give up on a branch",
            description =
                    "Its participant is gone for ever. The outcome is recorded as HEURISTIC_HAZARD: nobody can tell how the branch ended.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.AbandonBody.class),
                            examples = @ExampleObject(Documents.ABANDON_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "Where it stands",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TransactionView.class)))
    @ApiResponse(
            responseCode = "409",
            description = "NOT_DECIDED, or NOT_OPEN: nothing is being delivered to that branch",
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
    CompletableFuture<TransactionView> abandon(@PathVariable String gtrid, HttpRequest<byte[]> request) {
        Gtrid id = Gtrid.parse(gtrid);
        Abandonment abandonment = OperatorRequest.readAbandonment(admission, OptionalBody.orNothing(request));
        return byHand.abandon(id, abandonment);
    }
}
