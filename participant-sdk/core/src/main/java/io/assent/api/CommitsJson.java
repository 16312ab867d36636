package io.assent.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The bodies of {@code POST /v1/commits}: several requests to commit and to roll back in one, and the lines of the reply,
 * one for each of them in any order. What stands in them is what the requests and their replies would be if each were
 * sent alone.
 */
public final class CommitsJson {

    /** The most commits and rollbacks together in one request. */
    public static final int BATCH_MAX = 200;

    /** What the reply is: JSON objects, each ended by a line feed; empty lines mean nothing. */
    public static final String LINES_MEDIA_TYPE = "application/x-ndjson";

    private static final String COMMITS = "commits";
    private static final String ROLLBACKS = "rollbacks";
    private static final Set<String> FIELDS = Set.of(COMMITS, ROLLBACKS);
    private static final Set<String> ELEMENT_FIELDS = Set.of("gtrid", "body");
    private static final long STATUS_FIRST = 100;
    private static final long STATUS_LAST = 599;
    private static final long SECONDS_MAX = 999_999;
    private static final int BYTES_EXPECTED = 1024;

    private CommitsJson() {}

    /** A request that has not been read yet: what is wrong with one is no reason to refuse the others. */
    public static final class Unread {
        private final Gtrid gtrid;
        private final BiFunction<Gtrid, JsonObject, Completion> reader;
        private final JsonObject fields;

        private Unread(Gtrid gtrid, BiFunction<Gtrid, JsonObject, Completion> reader, JsonObject fields) {
            this.gtrid = gtrid;
            this.reader = reader;
            this.fields = fields;
        }

        public Gtrid gtrid() {
            return gtrid;
        }

        /** @throws MalformedException naming the field that is not as documented */
        public Completion read() {
            return reader.apply(gtrid, fields.allowingOnly(ELEMENT_FIELDS).object("body"));
        }
    }

    /**
     * What became of one request.
     *
     * @param status of the reply that it would have got alone
     * @param retryAfter the header of that reply; zero if it has none
     * @param body the body of that reply
     */
    public record Line(Gtrid gtrid, int status, Duration retryAfter, JsonObject body) {}

    public static byte[] write(List<Completion> completions) {
        ByteArrayOutputStream commits = new ByteArrayOutputStream(BYTES_EXPECTED);
        ByteArrayOutputStream rollbacks = new ByteArrayOutputStream();
        for (Completion completion : completions) {
            ByteArrayOutputStream list = completion instanceof Completion.Commit ? commits : rollbacks;
            append(list, list.size() == 0 ? "" : ",");
            append(list, "{\"gtrid\":\"", completion.gtrid().toString(), "\",\"body\":");
            list.writeBytes(completion.body());
            append(list, "}");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(commits.size() + rollbacks.size() + BYTES_EXPECTED);
        append(bytes, "{\"", COMMITS, "\":[");
        bytes.writeBytes(commits.toByteArray());
        if (rollbacks.size() > 0) {
            append(bytes, "],\"", ROLLBACKS, "\":[");
            bytes.writeBytes(rollbacks.toByteArray());
        }
        append(bytes, "]}");
        return bytes.toByteArray();
    }

    /** @throws MalformedException if there is no list, or not of requests each of which has an id of its own */
    public static List<Unread> read(byte[] body) {
        JsonObject object = JsonObject.parse(body).allowingOnly(FIELDS);
        boolean hasRollbacks = object.has(ROLLBACKS);
        List<JsonObject> commits = hasRollbacks && !object.has(COMMITS) ? List.of() : object.objects(COMMITS);
        List<JsonObject> rollbacks = hasRollbacks ? object.objects(ROLLBACKS) : List.of();
        int size = commits.size() + rollbacks.size();
        if (size > BATCH_MAX) {
            throw new MalformedException(
                    commits.size() > BATCH_MAX ? COMMITS : ROLLBACKS,
                    size + " elements",
                    "may have at most " + BATCH_MAX + " together");
        }
        Map<Gtrid, Unread> unread = new LinkedHashMap<>();
        for (JsonObject commit : commits) {
            add(unread, COMMITS, commit, CommitsJson::readCommit);
        }
        for (JsonObject rollback : rollbacks) {
            add(unread, ROLLBACKS, rollback, CommitsJson::readRollback);
        }
        return List.copyOf(unread.values());
    }

    private static void add(
            Map<Gtrid, Unread> unread,
            String list,
            JsonObject element,
            BiFunction<Gtrid, JsonObject, Completion> reader) {
        Gtrid gtrid = Gtrid.parse(element.string("gtrid"));
        if (unread.putIfAbsent(gtrid, new Unread(gtrid, reader, element)) != null) {
            throw new MalformedException(list, gtrid.toString(), "must name each transaction once");
        }
    }

    private static Completion readCommit(Gtrid gtrid, JsonObject body) {
        return new Completion.Commit(gtrid, TransactionJson.readCommit(body));
    }

    private static Completion readRollback(Gtrid gtrid, JsonObject body) {
        return new Completion.Rollback(gtrid, TransactionJson.readRollback(body));
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
