package io.assent.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import io.assent.api.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** An error as problem+json (RFC 9457) with the extra members of docs/PROTOCOL.md. Empty members are left out. */
record Problem(int status, String code, String title, String field, String value, String remedy) {

    private static final JsonFactory JSON = new JsonFactory();

    static Problem malformed(MalformedException e) {
        return new Problem(400, "MALFORMED", String.valueOf(e.getMessage()), e.field(), e.value(), e.remedy());
    }

    static Problem of(int status, String code, String title, String remedy) {
        return new Problem(status, code, title, "", "", remedy);
    }

    void answer(HttpExchange exchange) throws IOException {
        byte[] body = toJson();
        exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private byte[] toJson() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("status", status);
            write(json, "code", code);
            write(json, "title", title);
            write(json, "field", field);
            write(json, "value", value);
            write(json, "remedy", remedy);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, String member, String text) throws IOException {
        if (!text.isEmpty()) {
            json.writeStringField(member, text);
        }
    }
}
