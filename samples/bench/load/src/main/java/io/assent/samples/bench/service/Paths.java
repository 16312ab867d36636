package io.assent.samples.bench.service;

import io.assent.samples.bench.load.Step;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;

/** Where the services answer what. */
public final class Paths {

    /** A booking as a branch of Assent: {@code /work/ACCOUNT/AMOUNT}. */
    public static final String WORK = "/work";

    /** A booking prepared by hand, under the name in the header {@link #GID}. */
    public static final String DIRECT_WORK = "/direct/work";

    public static final String DIRECT_COMMIT = "/direct/commit";
    public static final String DIRECT_ROLLBACK = "/direct/rollback";

    /** Instructions of Assent for branches that do nothing: {@code /nothing/ENDPOINT}. */
    public static final String NOTHING = "/nothing";

    /** Outcomes by hand for branches that do nothing. */
    public static final String DIRECT_NOTHING = "/direct/nothing";

    public static final String GID = "Bench-Gid";

    /** The status of what was done. */
    public static final int DONE = 204;

    /** The status of what the business refuses. */
    public static final int REFUSED = 409;

    static final String INSTRUCTIONS = "/assent";

    private Paths() {}

    public static URI booking(List<String> services, String path, Step.Booking booking) {
        return URI.create(services.get(booking.bank()) + path + "/" + booking.account() + "/" + booking.amount());
    }

    public static String nothing(List<String> services, String path, Step.Nothing nothing) {
        return services.get(nothing.endpoint() % services.size()) + path + "/" + nothing.endpoint();
    }

    /** @throws IOException if it was neither done nor refused */
    public static boolean isDone(HttpRequest request, int status) throws IOException {
        if (status != DONE && status != REFUSED) {
            throw new IOException(request.uri() + " answered " + status);
        }
        return status == DONE;
    }
}
