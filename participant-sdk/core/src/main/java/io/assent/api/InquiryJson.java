package io.assent.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The JSON bodies of {@code POST /v1/inquiries}. */
public final class InquiryJson {

    /** The most inquiries in one request. */
    public static final int BATCH_MAX = 1000;

    private static final Set<String> INQUIRY_FIELDS = Set.of("gtrid", "bqual", "deadline");

    private InquiryJson() {}

    public static byte[] writeInquiries(List<Inquiry> inquiries) {
        return JsonBody.object(json -> {
            json.writeArrayFieldStart("inquiries");
            for (Inquiry inquiry : inquiries) {
                json.writeStartObject();
                json.writeStringField("gtrid", inquiry.gtrid().toString());
                json.writeStringField("bqual", inquiry.bqual().value());
                json.writeStringField("deadline", inquiry.deadline().name());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** @throws MalformedException naming the field that is not as documented */
    public static List<Inquiry> readInquiries(byte[] body) {
        List<JsonObject> objects =
                JsonObject.parse(body).allowingOnly(Set.of("inquiries")).objects("inquiries");
        if (objects.size() > BATCH_MAX) {
            throw new MalformedException("inquiries", objects.size() + " elements", "may have at most " + BATCH_MAX);
        }
        List<Inquiry> inquiries = new ArrayList<>(objects.size());
        for (JsonObject object : objects) {
            object.allowingOnly(INQUIRY_FIELDS);
            inquiries.add(new Inquiry(
                    Gtrid.parse(object.string("gtrid")),
                    new Bqual(object.string("bqual")),
                    object.constant("deadline", Inquiry.Deadline.class)));
        }
        return inquiries;
    }

    public static byte[] writeAnswers(List<Inquiry.Answer> answers) {
        return JsonBody.object(json -> {
            json.writeArrayFieldStart("answers");
            for (Inquiry.Answer answer : answers) {
                json.writeStartObject();
                json.writeStringField("gtrid", answer.gtrid().toString());
                json.writeStringField("bqual", answer.bqual().value());
                json.writeStringField("verdict", answer.verdict().name());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Reads the coordinator's reply; fields it does not know are passed over.
     * @throws MalformedException if the reply is not as documented */
    public static List<Inquiry.Answer> readAnswers(byte[] body) {
        List<Inquiry.Answer> answers = new ArrayList<>();
        for (JsonObject object : JsonObject.parse(body).objects("answers")) {
            answers.add(new Inquiry.Answer(
                    Gtrid.parse(object.string("gtrid")),
                    new Bqual(object.string("bqual")),
                    object.constant("verdict", Inquiry.Verdict.class)));
        }
        return answers;
    }
}
