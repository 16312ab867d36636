package io.assent.coordinator.adapter.http;

import io.assent.api.JsonObject;
import io.assent.api.Labels;
import io.assent.api.MalformedException;
import io.assent.api.TransactionJson;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** What a client without the SDK says when it begins. */
record BeginRequest(Duration remaining, Map<String, String> labels) {

    private static final Set<String> FIELDS = Set.of("timeoutMillis", "labels");

    BeginRequest {
        labels = Labels.checked(labels);
    }

    static BeginRequest read(byte[] body) {
        JsonObject object = JsonObject.parse(body).allowingOnly(FIELDS);
        long millis = object.number("timeoutMillis", TransactionJson.REMAINING_DEFAULT.toMillis());
        if (millis < 0) {
            throw new MalformedException("timeoutMillis", Long.toString(millis), "must not be negative");
        }
        return new BeginRequest(Duration.ofMillis(millis), object.strings("labels"));
    }
}
