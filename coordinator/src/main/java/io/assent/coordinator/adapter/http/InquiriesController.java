package io.assent.coordinator.adapter.http;

import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.coordinator.engine.Inquiries;
import io.assent.coordinator.engine.Inquiries.Answered;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.HttpRequest;
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
import java.util.concurrent.CompletableFuture;

/** What participants ask about branches in doubt (docs/PROTOCOL.md, section 4). */
@Tag(name = "Inquiries")
@Controller("/v1/inquiries")
@Produces(MediaType.APPLICATION_JSON)
class InquiriesController {

    private final Inquiries inquiries;
    private final MeterRegistry meters;

    InquiriesController(Inquiries inquiries, MeterRegistry meters) {
        this.inquiries = inquiries;
        this.meters = meters;
    }

    @Post
    @Operation(summary = "Ask about branches in doubt", description = "One answer for each inquiry, in the same order")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.InquiriesBody.class),
                            examples = @ExampleObject(Documents.INQUIRIES_EXAMPLE)))
    @ApiResponse(
            responseCode = "200",
            description = "The verdicts",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Documents.AnswersBody.class),
                            examples = {@ExampleObject(name = "answers", value = Documents.ANSWERS_EXAMPLE)}))
    @ApiResponse(
            responseCode = "default",
            description = "Any other error; 503 comes with Retry-After and may be repeated",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class),
                            examples = @ExampleObject(Documents.PROBLEM_EXAMPLE)))
    CompletableFuture<byte[]> inquire(HttpRequest<byte[]> request) {
        List<Inquiry> asked = InquiryJson.readInquiries(OptionalBody.orNothing(request));
        asked.forEach(i -> CoordinatorCrashPoint.BEFORE_INQUIRY.reached(i.gtrid()));
        return inquiries.answer(asked).thenApply(answered -> switch (answered) {
            case Answered.Verdicts(List<Inquiry.Answer> answers) -> counted(answers);
            case Answered.LogUnavailable _ ->
                throw Problem.of(
                                ErrorCode.LOG_UNAVAILABLE,
                                "the decision log does not answer, and without it there is no verdict on any of the "
                                        + asked.size() + " branches")
                        .toException();
        });
    }

    private byte[] counted(List<Inquiry.Answer> answers) {
        answers.forEach(
                a -> meters.counter("assent.inquiries", "verdict", a.verdict().name())
                        .increment());
        answers.forEach(a -> CoordinatorCrashPoint.AFTER_INQUIRY.reached(a.gtrid()));
        return InquiryJson.writeAnswers(answers);
    }
}
