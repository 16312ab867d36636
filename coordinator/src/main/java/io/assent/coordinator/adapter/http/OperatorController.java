package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.http.OperatorRequest.Abandonment;
import io.assent.coordinator.adapter.http.TransactionRecords.HeuristicRecord;
import io.assent.coordinator.adapter.http.TransactionRecords.Operator;
import io.assent.coordinator.protocol.Acknowledgement;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What operators do by hand. */
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
    record HeuristicsView(List<HeuristicView> heuristics) {}

    /** @param acknowledged how many heuristic outcomes were open and are not any longer */
    @Serdeable
    @Schema(name = "AcknowledgeReply")
    record AcknowledgedView(String gtrid, int acknowledged) {}

    @Post("/transactions/{gtrid}/retry")
    CompletableFuture<TransactionView> retry(@PathVariable String gtrid) {
        return byHand.retry(Gtrid.parse(gtrid));
    }

    @Get("/heuristics")
    CompletableFuture<HeuristicsView> heuristics(HttpRequest<?> request) {
        int limit = QueryParameters.of(request, Set.of("limit"))
                .number("limit", LIMIT_MAX)
                .orElse((long) LIMIT_MAX)
                .intValue();
        return queries.run(records -> new HeuristicsView(
                records.openHeuristics(limit).stream().map(HeuristicView::of).toList()));
    }

    @Post("/transactions/{gtrid}/heuristics/acknowledge")
    CompletableFuture<AcknowledgedView> acknowledge(@PathVariable String gtrid, @Body byte @Nullable [] body) {
        Gtrid id = Gtrid.parse(gtrid);
        Operator operator = OperatorRequest.readOperator(admission, body == null ? new byte[0] : body);
        return byHand.acknowledge(id, operator).thenApply(count -> new AcknowledgedView(gtrid, count));
    }

    @Post("/transactions/{gtrid}/branches/abandon")
    CompletableFuture<TransactionView> abandon(@PathVariable String gtrid, @Body byte @Nullable [] body) {
        Gtrid id = Gtrid.parse(gtrid);
        Abandonment abandonment = OperatorRequest.readAbandonment(admission, body == null ? new byte[0] : body);
        return byHand.abandon(id, abandonment);
    }
}
