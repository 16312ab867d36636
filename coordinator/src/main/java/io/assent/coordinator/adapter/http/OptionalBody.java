package io.assent.coordinator.adapter.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bodies of which every field is optional, so that the body is too. */
final class OptionalBody {

    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

    private OptionalBody() {}

    static byte[] of(Optional<byte[]> body) {
        return body.filter(b -> b.length > 0).orElse(EMPTY_OBJECT);
    }
}
