package io.assent.coordinator.adapter.http;

import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/** What a body is where there is none. */
final class OptionalBody {

    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOTHING = {};

    private OptionalBody() {}

    static boolean isThere(HttpRequest<byte[]> request) {
        return orNothing(request).length > 0;
    }

    /** For bodies of which every field is optional, so that the body is too. */
    static byte[] of(HttpRequest<byte[]> request) {
        return isThere(request) ? orNothing(request) : EMPTY_OBJECT;
    }

    /** For the others, whose reader then says what is missing. */
    static byte[] orNothing(HttpRequest<byte[]> request) {
        return request.getBody().orElse(NOTHING);
    }
}
