package io.assent.client;

import io.assent.api.CommitsJson;
import io.assent.api.JsonObject;
import io.assent.api.MalformedException;
import io.assent.api.Problem;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a replica said to one request, be it in a reply of its own or in a line among others.
 *
 * @param from the URL that was asked
 * @param retryAfter how long the replica wants to be left alone; zero if it does not say so
 * @param body throws {@link MalformedException} if it is no JSON object
 */
record Said(URI from, int status, Duration retryAfter, Supplier<JsonObject> body) {

    private static final int STATUS_NOT_FOUND = 404;
    private static final int STATUS_METHOD_NOT_ALLOWED = 405;
    private static final int STATUS_UNAVAILABLE = 503;

    static Said in(HttpResponse<byte[]> reply) {
        return new Said(
                reply.uri(), reply.statusCode(), Replies.retryAfter(reply), () -> JsonObject.parse(reply.body()));
    }

    static Said in(URI asked, CommitsJson.Line line) {
        return new Said(asked, line.status(), line.retryAfter(), line::body);
    }

    /** The problem that an error reply carries; empty if it is none of the coordinator's. */
    Optional<Problem> problem() {
        try {
            return Optional.of(Problem.read(body.get()));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    boolean saysCode(String code) {
        return problem().filter(problem -> problem.code().equals(code)).isPresent();
    }

    /** Whether a replica is too busy for this request, which is no sign that it is lost. */
    boolean isOverloaded() {
        return status == STATUS_UNAVAILABLE && saysCode("OVERLOADED");
    }

    /**
     * Whether this URL is none of the protocol's: something else answers there, or the path of the base URL is wrong. What
     * became of a request is not told by it: a proxy may answer so after it has passed the request on.
     */
    boolean isFromNoCoordinator() {
        return (status == STATUS_NOT_FOUND && !saysCode("UNKNOWN_TRANSACTION")) || status == STATUS_METHOD_NOT_ALLOWED;
    }

    String describe() {
        return "status " + status + problem().map(p -> ", " + p).orElse("")
                + (isFromNoCoordinator() ? "; there is no Assent coordinator at this URL" : "");
    }
}
