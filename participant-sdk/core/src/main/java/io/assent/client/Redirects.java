package io.assent.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;

/** Where a replica sends a request on to. The HTTP client is not left to do it, so that a loop ends soon. */
final class Redirects {

    /** How often one request is sent on before its replica counts as one that gave no answer. */
    static final int MAX = 3;

    private static final int TEMPORARY = 307;
    private static final int PERMANENT = 308;

    private Redirects() {}

    /** Whether the same request, with method and body, is to be made elsewhere. */
    static boolean isRedirect(HttpResponse<?> reply) {
        return reply.statusCode() == TEMPORARY || reply.statusCode() == PERMANENT;
    }

    /**
     * Where to make the request.
     *
     * @param followed how many redirects were followed before this one
     * @throws IOException if there were too many, or it leads to where a request must not go
     */
    static URI target(HttpResponse<?> reply, int followed) throws IOException {
        String location = reply.headers().firstValue("Location").orElse("");
        if (followed >= MAX) {
            throw new IOException("more than " + MAX + " redirects, the last to '" + location + "'");
        }
        if (location.isBlank()) {
            throw new IOException("redirected without saying where: the header Location is missing");
        }
        URI target;
        try {
            target = reply.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("redirected to '" + location + "', which is no URL", e);
        }
        boolean asSafe = "https".equals(target.getScheme())
                || ("http".equals(target.getScheme())
                        && "http".equals(reply.uri().getScheme()));
        if (!asSafe || target.getHost() == null || target.getRawUserInfo() != null) {
            throw new IOException("redirected to '" + location
                    + "': must be http or https, without user, and not lead from https to http");
        }
        if (target.equals(reply.uri())) {
            throw new IOException("redirected to itself: " + target);
        }
        return target;
    }
}
