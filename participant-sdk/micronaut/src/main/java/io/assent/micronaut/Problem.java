package io.assent.micronaut;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.assent.api.MalformedException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error as problem+json (RFC 9457) with the extra members of docs/PROTOCOL.md. Written here, so that it needs none of
 * the JSON libraries that a service may or may not have.
 */
record Problem(HttpStatus status, String code, String detail, Map<String, String> members) {

    private static final JsonFactory JSON = new JsonFactory();

    static Problem malformed(MalformedException e) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("field", e.field());
        members.put("value", e.value());
        members.put("remedy", e.remedy());
        return new Problem(HttpStatus.BAD_REQUEST, "MALFORMED", String.valueOf(e.getMessage()), members);
    }

    static Problem of(HttpStatus status, String code, String detail, String remedy) {
        return new Problem(status, code, detail, Map.of("remedy", remedy));
    }

    MutableHttpResponse<byte[]> toResponse() {
        return HttpResponse.<byte[]>status(status).body(json()).contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
    }

    private byte[] json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("status", status.getCode());
            json.writeStringField("code", code);
            json.writeStringField("detail", detail);
            for (Map.Entry<String, String> member : members.entrySet()) {
                json.writeStringField(member.getKey(), member.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
