package io.assent.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes one JSON document to bytes. */
public final class JsonBody {

    private static final int BYTES_EXPECTED = 512;

    private JsonBody() {}

    /** Writes the fields of the document's object. */
    public interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    public static byte[] object(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BYTES_EXPECTED);
        try (JsonGenerator json = JsonObject.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            content.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes the field unless the value is empty. */
    public static void optional(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }
}
