package io.assent.coordinator.adapter.http;

import io.assent.api.BranchId;
import io.assent.api.JsonBody;
import io.assent.api.MalformedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An error as the API answers it (RFC 9457).
 *
 * @param detail what went wrong this time
 * @param field the offending field, header, parameter or limit; empty if none
 * @param value its value; empty if none
 * @param remedy what to do about it
 * @param lists lists of branches by the name of their member
 */
record Problem(
        ErrorCode code, String detail, String field, String value, String remedy, Map<String, List<BranchId>> lists) {

    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ErrorCode code, String detail) {
        return new Problem(code, detail, "", "", code.remedy(), Map.of());
    }

    static Problem of(MalformedException e) {
        return of(ErrorCode.MALFORMED, e.getMessage() == null ? "" : e.getMessage())
                .about(e.field(), e.value())
                .remedied(e.field() + " " + e.remedy());
    }

    Problem about(String newField, String newValue) {
        return new Problem(code, detail, newField, newValue, remedy, lists);
    }

    Problem remedied(String newRemedy) {
        return new Problem(code, detail, field, value, newRemedy, lists);
    }

    Problem detailed(String newDetail) {
        return new Problem(code, newDetail, field, value, remedy, lists);
    }

    Problem listing(String member, List<BranchId> branches) {
        Map<String, List<BranchId>> all = new LinkedHashMap<>(lists);
        all.put(member, branches);
        return new Problem(code, detail, field, value, remedy, all);
    }

    ProblemException toException() {
        return new ProblemException(this);
    }

    byte[] toJson() {
        return JsonBody.object(json -> {
            json.writeStringField("type", code.urn());
            json.writeStringField("title", code.meaning());
            json.writeNumberField("status", code.status());
            json.writeStringField("detail", detail);
            json.writeStringField("code", code.name());
            JsonBody.optional(json, "field", field);
            JsonBody.optional(json, "value", value);
            json.writeStringField("remedy", remedy);
            for (Map.Entry<String, List<BranchId>> list : lists.entrySet()) {
                json.writeArrayFieldStart(list.getKey());
                for (BranchId branch : list.getValue()) {
                    json.writeStartObject();
                    json.writeStringField("participant", branch.participant().value());
                    json.writeStringField("bqual", branch.bqual().value());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
        });
    }
}
