package io.assent.coordinator.adapter.http;

import io.assent.api.CommitsJson;
import io.assent.api.CommitsJson.Unread;
import io.assent.api.Completion;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.Scheduler;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several commits and rollbacks of one client in one request, each answered by itself (docs/PROTOCOL.md, section 3). */
@Tag(name = "Transactions")
@Controller("/v1/commits")
class CommitsController {

    private static final Logger LOG = LoggerFactory.getLogger(CommitsController.class);

    private final Completing completing;
    private final Scheduler scheduler;
    private final Problems problems;

    CommitsController(Completing completing, Scheduler scheduler, Problems problems) {
        this.completing = completing;
        this.scheduler = scheduler;
        this.problems = problems;
    }

    @Post
    @Produces({CommitsJson.LINES_MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(
            summary = "Commit and roll back several transactions",
            description =
                    "At most 200 together, each with its list of branches. One line for each as soon as it has an answer, in"
                            + " any order, with the status and the body that a request of its own would get. An empty line says"
                            + " that something has been decided whose answer may take a while.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.CommitsBody.class),
                            examples = @ExampleObject(Documents.COMMITS_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "The answers, a JSON object a line",
            content =
                    @Content(
                            mediaType = CommitsJson.LINES_MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.CommitLineBody.class),
                            examples = {@ExampleObject(name = "committed", value = Documents.COMMIT_LINE_EXAMPLE)}))
    @ApiResponse(
            responseCode = "default",
            description = "The request as a whole can't be read; nothing has been done",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    HttpResponse<Publisher<byte[]>> commits(HttpRequest<byte[]> http) {
        List<Unread> requests = CommitsJson.read(OptionalBody.orNothing(http));
        AnswerStream answers = new AnswerStream(requests.size(), scheduler);
        requests.forEach(request -> begin(request, answers));
        return HttpResponse.<Publisher<byte[]>>ok(answers).contentType(CommitsJson.LINES_MEDIA_TYPE);
    }

    private void begin(Unread request, AnswerStream answers) {
        Gtrid gtrid = request.gtrid();
        try {
            Completion completion = request.read();
            Completing.checkSelfContained(completion);
            completing.check(completion);
            var _ = completing.complete(completion, answers::decided).whenComplete((body, thrown) -> {
                answers.add(
                        thrown == null
                                ? CommitsJson.writeLine(gtrid, HttpStatus.OK.getCode(), 0, body)
                                : line(gtrid, thrown));
                CoordinatorCrashPoint.AFTER_REPLY.reached(gtrid);
            });
        } catch (MalformedException | ProblemException e) {
            answers.add(line(gtrid, e));
        }
    }

    private byte[] line(Gtrid gtrid, Throwable thrown) {
        return switch (thrown) {
            case CompletionException wrapped when wrapped.getCause() != null -> line(gtrid, wrapped.getCause());
            case ProblemException e -> problems.line(gtrid, e.problem());
            case MalformedException e -> problems.line(gtrid, Problem.of(e));
            default -> {
                LOG.error("a completion failed inside the coordinator gtrid={}", gtrid, thrown);
                yield problems.line(
                        gtrid,
                        Problem.of(ErrorCode.INTERNAL, "the request for " + gtrid + " failed inside the coordinator"));
            }
        };
    }
}
