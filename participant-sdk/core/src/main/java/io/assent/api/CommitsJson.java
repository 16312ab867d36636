package io.assent.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The bodies of {@code POST /v1/commits}: several requests to commit in one, and the lines of the reply, one for each
 * of them in any order. What stands in them is what the requests and their replies would be if each were sent alone.
 */
public final class CommitsJson {

    /** The most commits in one request. */
    public static final int BATCH_MAX = 200;

    /** What the reply is: JSON objects, each ended by a line feed; empty lines mean nothing. */
    public static final String LINES_MEDIA_TYPE = "application/x-ndjson";

    private static final Set<String> COMMIT_FIELDS = Set.of("gtrid", "body");
    private static final long STATUS_FIRST = 100;
    private static final long STATUS_LAST = 599;
    private static final long SECONDS_MAX = 999_999;
    private static final int BYTES_EXPECTED = 1024;

    private CommitsJson() {}

    /** A request to commit, and of which transaction. */
    public record Commit(Gtrid gtrid, CommitRequest request) {}

    /** A request to commit that has not been read yet: what is wrong with one is no reason to refuse the others. */
    public static final class UnreadCommit {
        private final Gtrid gtrid;
        private final JsonObject fields;

        private UnreadCommit(Gtrid gtrid, JsonObject fields) {
            this.gtrid = gtrid;
            this.fields = fields;
        }

        public Gtrid gtrid() {
            return gtrid;
        }

        /** @throws MalformedException naming the field that is not as documented */
        public CommitRequest read() {
            return TransactionJson.readCommit(fields.allowingOnly(COMMIT_FIELDS).object("body"));
        }
    }

    /**
     * What became of one commit.
     *
     * @param status of the reply that it would have got alone
     * @param retryAfter the header of that reply; zero if it has none
     * @param body the body of that reply
     */
    public record Line(Gtrid gtrid, int status, Duration retryAfter, JsonObject body) {}

    public static byte[] writeCommits(List<Commit> commits) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BYTES_EXPECTED);
        String before = "{\"commits\":[{\"gtrid\":\"";
        for (Commit commit : commits) {
            append(bytes, before, commit.gtrid().toString(), "\",\"body\":");
            bytes.writeBytes(TransactionJson.writeCommit(commit.request()));
            before = "},{\"gtrid\":\"";
        }
        append(bytes, commits.isEmpty() ? "{\"commits\":[]}" : "}]}");
        return bytes.toByteArray();
    }

    /** @throws MalformedException if there is no list of commits, each with an id of its own */
    public static List<UnreadCommit> readCommits(byte[] body) {
        List<JsonObject> objects =
                JsonObject.parse(body).allowingOnly(Set.of("commits")).objects("commits");
        if (objects.size() > BATCH_MAX) {
            throw new MalformedException("commits", objects.size() + " elements", "may have at most " + BATCH_MAX);
        }
        Set<Gtrid> seen = new HashSet<>();
        List<UnreadCommit> commits = new ArrayList<>(objects.size());
        for (JsonObject object : objects) {
            Gtrid gtrid = Gtrid.parse(object.string("gtrid"));
            if (!seen.add(gtrid)) {
                throw new MalformedException("commits", gtrid.toString(), "must name each transaction once");
            }
            commits.add(new UnreadCommit(gtrid, object));
        }
        return commits;
    }

    /**
     * A line of the reply, with its end.
     *
     * @param retryAfterSeconds zero for none
     * @param body a JSON object
     */
    public static byte[] writeLine(Gtrid gtrid, int status, long retryAfterSeconds, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + BYTES_EXPECTED / 4);
        append(bytes, "{\"gtrid\":\"", gtrid.toString(), "\",\"status\":", Integer.toString(status));
        if (retryAfterSeconds > 0) {
            append(bytes, ",\"retryAfterSeconds\":", Long.toString(retryAfterSeconds));
        }
        append(bytes, ",\"body\":");
        bytes.writeBytes(body);
        append(bytes, "}\n");
        return bytes.toByteArray();
    }

    /** Reads a line; fields it does not know are passed over.
     * @throws MalformedException if it is not as documented */
    public static Line readLine(byte[] line) {
        JsonObject object = JsonObject.parse(line);
        return new Line(
                Gtrid.parse(object.string("gtrid")),
                (int) between(object, "status", STATUS_FIRST, STATUS_LAST),
                object.has("retryAfterSeconds")
                        ? Duration.ofSeconds(between(object, "retryAfterSeconds", 0, SECONDS_MAX))
                        : Duration.ZERO,
                object.object("body"));
    }

    private static long between(JsonObject object, String field, long min, long max) {
        long number = object.number(field, -1);
        if (number < min || number > max) {
            throw new MalformedException(field, Long.toString(number), "must be " + min + " to " + max);
        }
        return number;
    }

    private static void append(ByteArrayOutputStream bytes, String... texts) {
        for (String text : texts) {
            bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
