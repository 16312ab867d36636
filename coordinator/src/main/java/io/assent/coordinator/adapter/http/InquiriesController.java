package io.assent.coordinator.adapter.http;

import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.coordinator.engine.Inquiries;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What participants ask about branches in doubt (docs/PROTOCOL.md, section 4). */
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
    CompletableFuture<byte[]> inquire(@Body byte @Nullable [] body) {
        List<Inquiry> asked = InquiryJson.readInquiries(body == null ? new byte[0] : body);
        return inquiries.answer(asked).thenApply(answers -> {
            answers.forEach(a -> meters.counter(
                            "assent.inquiries", "verdict", a.verdict().name())
                    .increment());
            return InquiryJson.writeAnswers(answers);
        });
    }
}
