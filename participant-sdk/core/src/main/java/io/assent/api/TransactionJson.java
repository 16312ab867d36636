package io.assent.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON bodies of commit and rollback under {@code /v1/transactions/{gtrid}}. */
public final class TransactionJson {

    /** Used where a commit request does not say how long the deadline is away. */
    public static final Duration REMAINING_DEFAULT = Duration.ofSeconds(30);

    /** Used where a commit request does not say how long it may wait. */
    public static final Duration WAIT_DEFAULT = Duration.ofSeconds(10);

    private static final long MILLIS_MAX = Duration.ofDays(365).toMillis();
    private static final Set<String> COMMIT_FIELDS =
            Set.of("branches", "timeoutMillis", "reply", "waitMillis", "labels");
    private static final Set<String> ROLLBACK_FIELDS = Set.of("branches", "reason", "labels");
    private static final Set<String> BRANCH_FIELDS =
            Set.of("participant", "bqual", "inquires", "vote", "evidence", "reason");

    private TransactionJson() {}

    public static byte[] writeCommit(CommitRequest request) {
        return JsonBody.object(json -> {
            if (request.branches() != null) {
                writeBranches(json, request.branches());
            }
            json.writeNumberField("timeoutMillis", request.remaining().toMillis());
            json.writeStringField("reply", request.reply().name());
            json.writeNumberField("waitMillis", request.waitMax().toMillis());
            writeLabels(json, request.labels());
        });
    }

    /** @throws MalformedException naming the field that is not as documented */
    public static CommitRequest readCommit(byte[] body) {
        return readCommit(JsonObject.parse(body));
    }

    static CommitRequest readCommit(JsonObject object) {
        object.allowingOnly(COMMIT_FIELDS);
        return new CommitRequest(
                object.has("branches") ? readBranches(object) : null,
                readMillis(object, "timeoutMillis", REMAINING_DEFAULT),
                object.constant("reply", CommitRequest.Reply.class, CommitRequest.Reply.APPLIED),
                readMillis(object, "waitMillis", WAIT_DEFAULT),
                object.strings("labels"));
    }

    public static byte[] writeRollback(RollbackRequest request) {
        return JsonBody.object(json -> {
            writeBranches(json, request.branches());
            JsonBody.optional(json, "reason", request.reason());
            writeLabels(json, request.labels());
        });
    }

    /** @throws MalformedException naming the field that is not as documented */
    public static RollbackRequest readRollback(byte[] body) {
        return readRollback(JsonObject.parse(body));
    }

    static RollbackRequest readRollback(JsonObject object) {
        object.allowingOnly(ROLLBACK_FIELDS);
        return new RollbackRequest(
                object.has("branches") ? readBranches(object) : List.of(),
                object.optionalString("reason").orElse(""),
                object.strings("labels"));
    }

    public static byte[] writeOutcome(OutcomeReply reply) {
        return JsonBody.object(json -> {
            json.writeStringField("gtrid", reply.gtrid().toString());
            json.writeStringField("decision", reply.decision().name());
            json.writeStringField("applied", reply.applied().name());
            AbortReason reason = reply.reason();
            if (reason != null) {
                json.writeObjectFieldStart("reason");
                json.writeStringField("code", reason.code().name());
                json.writeStringField("detail", reason.detail());
                json.writeEndObject();
            }
        });
    }

    /** Reads the coordinator's reply; fields it does not know are passed over.
     * @throws MalformedException if the reply is not as documented */
    public static OutcomeReply readOutcome(byte[] body) {
        return readOutcome(JsonObject.parse(body));
    }

    /** As {@link #readOutcome(byte[])}. */
    public static OutcomeReply readOutcome(JsonObject object) {
        Map<String, String> reason = object.strings("reason");
        return new OutcomeReply(
                Gtrid.parse(object.string("gtrid")),
                object.constant("decision", Decision.class),
                object.constant("applied", OutcomeReply.Applied.class),
                reason.isEmpty() ? null : readReason(reason));
    }

    /** Reads the {@code branches} of an enlist request, which has no other field.
     * @throws MalformedException naming the field that is not as documented */
    public static List<Branch> readEnlist(byte[] body) {
        return readBranches(JsonObject.parse(body).allowingOnly(Set.of("branches")));
    }

    private static AbortReason readReason(Map<String, String> reason) {
        String code = reason.getOrDefault("code", "");
        for (AbortReason.Code known : AbortReason.Code.values()) {
            if (known.name().equals(code)) {
                return new AbortReason(known, reason.getOrDefault("detail", ""));
            }
        }
        throw new MalformedException("reason.code", code, "is not a known reason");
    }

    private static List<Branch> readBranches(JsonObject object) {
        List<Branch> branches = new ArrayList<>();
        for (JsonObject branch : object.objects("branches")) {
            branch.allowingOnly(BRANCH_FIELDS);
            try {
                branches.add(readBranch(branch));
            } catch (MalformedException e) {
                throw branch.located(e);
            }
        }
        return branches;
    }

    private static Branch readBranch(JsonObject branch) {
        BranchId id = new BranchId(new ParticipantUrl(branch.string("participant")), new Bqual(branch.string("bqual")));
        Inquiring inquiring = branch.flag("inquires", false) ? Inquiring.CAN : Inquiring.CANNOT;
        return new Branch(id, inquiring, readVote(branch));
    }

    private static @Nullable Vote readVote(JsonObject branch) {
        if (!branch.has("vote")) {
            return null;
        }
        String vote = branch.string("vote").toUpperCase(Locale.ROOT);
        return switch (vote) {
            case "PREPARED" ->
                new Vote.Prepared(branch.optionalString("evidence").orElse(""));
            case "READ_ONLY" -> new Vote.ReadOnly();
            case "NO" -> new Vote.No(branch.optionalString("reason").orElse(""));
            default -> throw new MalformedException("vote", vote, "must be PREPARED, READ_ONLY or NO, or be left out");
        };
    }

    private static Duration readMillis(JsonObject object, String field, Duration absent) {
        long millis = object.number(field, absent.toMillis());
        if (millis < 0 || millis > MILLIS_MAX) {
            throw new MalformedException(field, Long.toString(millis), "must be 0 to " + MILLIS_MAX + " milliseconds");
        }
        return Duration.ofMillis(millis);
    }

    private static void writeBranches(JsonGenerator json, List<Branch> branches) throws IOException {
        json.writeArrayFieldStart("branches");
        for (Branch branch : branches) {
            json.writeStartObject();
            json.writeStringField("participant", branch.id().participant().value());
            json.writeStringField("bqual", branch.id().bqual().value());
            json.writeBooleanField("inquires", branch.inquiring() == Inquiring.CAN);
            writeVote(json, branch.vote());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeVote(JsonGenerator json, @Nullable Vote vote) throws IOException {
        if (vote instanceof Vote.Prepared prepared) {
            json.writeStringField("vote", "PREPARED");
            JsonBody.optional(json, "evidence", prepared.evidence());
        } else if (vote instanceof Vote.ReadOnly) {
            json.writeStringField("vote", "READ_ONLY");
        } else if (vote instanceof Vote.No no) {
            json.writeStringField("vote", "NO");
            JsonBody.optional(json, "reason", no.reason());
        }
    }

    private static void writeLabels(JsonGenerator json, Map<String, String> labels) throws IOException {
        if (!labels.isEmpty()) {
            json.writeObjectFieldStart("labels");
            for (Map.Entry<String, String> label : labels.entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        }
    }
}
