package io.assent.coordinator.adapter.http;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.JsonObject;
import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.TransactionRecords.Operator;
import java.util.Set;

/** The bodies of what operators do by hand. */
final class OperatorRequest {

    private static final int BY_LENGTH_MAX = 64;
    private static final int REASON_LENGTH_MAX = 200;

    private OperatorRequest() {}

    /** A branch to give up on. */
    record Abandonment(BranchId branch, Operator operator) {}

    static Operator readOperator(Admission admission, byte[] body) {
        return operator(admission, JsonObject.parse(body).allowingOnly(Set.of("by", "reason")));
    }

    static Abandonment readAbandonment(Admission admission, byte[] body) {
        JsonObject object = JsonObject.parse(body).allowingOnly(Set.of("participant", "bqual", "by", "reason"));
        BranchId branch =
                new BranchId(new ParticipantUrl(object.string("participant")), new Bqual(object.string("bqual")));
        return new Abandonment(branch, operator(admission, object));
    }

    private static Operator operator(Admission admission, JsonObject object) {
        return new Operator(
                text(admission, object, "by", BY_LENGTH_MAX), text(admission, object, "reason", REASON_LENGTH_MAX));
    }

    private static String text(Admission admission, JsonObject object, String field, int lengthMax) {
        String text = object.string(field).strip();
        if (text.isEmpty() || text.length() > lengthMax) {
            throw new MalformedException(
                    field, text, "must have 1 to " + lengthMax + " characters; it is kept for ever");
        }
        admission.checkText(field, text);
        return text;
    }
}
