package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.assent.HttpStandIn;
import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class InquiryTest {

    private final HttpStandIn first = new HttpStandIn(InquiryTest::saysCommit);
    private final HttpStandIn second = new HttpStandIn(InquiryTest::saysCommit);
    private final CoordinatorClient client = CoordinatorClient.connect(first.url(), second.url());

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @Test
    void asksInBatchesThatTheCoordinatorTakes() {
        List<Inquiry> inquiries = inquiries(InquiryJson.BATCH_MAX * 2 + 1);
        assertThat(client.inquire(inquiries))
                .extracting(Inquiry.Answer::bqual)
                .containsExactlyElementsOf(
                        inquiries.stream().map(Inquiry::bqual).toList());
        assertThat(first.received()).hasSize(3);
    }

    @Test
    void asksNobodyAboutNothing() {
        assertThat(client.inquire(List.of())).isEmpty();
        assertThat(first.received()).isEmpty();
    }

    @Test
    void asksTheNextReplicaWhenOneIsOfNoUse() {
        first.from(HttpStandIn.reply(200, "<html>"));
        assertThat(client.inquire(inquiries(1))).hasSize(1);
    }

    @Test
    void dropsAnswersThatNobodyAskedFor() {
        List<Inquiry> asked = inquiries(1);
        first.from((request, exchange) -> answer(inquiries(1), exchange));
        assertThat(client.inquire(asked)).isEmpty();
    }

    @Test
    void saysThatNoReplicaAnsweredAndWhy() {
        first.from(HttpStandIn.drop());
        second.from(HttpStandIn.problem(503, "SHUTTING_DOWN"));
        assertThatExceptionOfType(CoordinatorUnavailableException.class)
                .isThrownBy(() -> client.inquire(inquiries(1)))
                .withMessageContainingAll("2 coordinator URLs", second.url(), "SHUTTING_DOWN");
    }

    @Test
    void saysThatThereIsNoCoordinator() {
        first.from(HttpStandIn.reply(404, "<html>"));
        second.from(HttpStandIn.reply(404, "<html>"));
        assertThatExceptionOfType(CoordinatorUnavailableException.class)
                .isThrownBy(() -> client.inquire(inquiries(1)))
                .withMessageContainingAll(second.url(), "status 404", "no Assent coordinator");
    }

    private static void saysCommit(HttpStandIn.Received request, com.sun.net.httpserver.HttpExchange exchange)
            throws java.io.IOException {
        answer(InquiryJson.readInquiries(request.body().getBytes(StandardCharsets.UTF_8)), exchange);
    }

    private static void answer(List<Inquiry> inquiries, com.sun.net.httpserver.HttpExchange exchange)
            throws java.io.IOException {
        List<Inquiry.Answer> answers = new ArrayList<>();
        inquiries.forEach(
                inquiry -> answers.add(new Inquiry.Answer(inquiry.gtrid(), inquiry.bqual(), Inquiry.Verdict.COMMIT)));
        byte[] body = InquiryJson.writeAnswers(answers);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static List<Inquiry> inquiries(int count) {
        return Stream.generate(() -> new Inquiry(Gtrid.mint(), Bqual.mint(), Inquiry.Deadline.PASSED))
                .limit(count)
                .toList();
    }
}
