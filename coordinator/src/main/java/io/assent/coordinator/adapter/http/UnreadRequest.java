package io.assent.coordinator.adapter.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;

/** Why a request could not be read as HTTP. */
final class UnreadRequest {

    private UnreadRequest() {}

    /** @return empty if it could */
    static Optional<Problem> problemOf(HttpRequest<?> request) {
        if (!(request instanceof NettyHttpRequest<?> read)) {
            return Optional.empty();
        }
        Throwable cause = read.getNativeRequest().decoderResult().cause();
        return cause == null ? Optional.empty() : Optional.of(problemOf(cause));
    }

    private static Problem problemOf(Throwable cause) {
        if (cause instanceof ProblemException refused) {
            return refused.problem();
        }
        if (cause instanceof TooLongHttpLineException) {
            return tooLong(cause, "request line", "send a shorter path and query");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return tooLong(cause, "headers", "send fewer or shorter headers");
        }
        return Problem.of(ErrorCode.MALFORMED, "the request can't be read as HTTP: " + cause.getMessage())
                .remedied("send a request as RFC 9112 has it; nothing was done");
    }

    private static Problem tooLong(Throwable cause, String part, String remedy) {
        return Problem.of(ErrorCode.TOO_LARGE, "the " + part + " is too long: " + cause.getMessage())
                .about(part, "")
                .remedied(remedy);
    }
}
