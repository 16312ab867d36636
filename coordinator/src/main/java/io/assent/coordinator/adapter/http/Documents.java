package io.assent.coordinator.adapter.http;

import io.assent.api.AbortReason;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Inquiry;
import io.assent.api.OutcomeReply;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of docs/PROTOCOL.md as the description of the API shows them. Only that: they are read and written by
 * {@code TransactionJson} and {@code InquiryJson}.
 */
final class Documents {

    static final String GTRID = "01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d";
    static final String OTHER_GTRID = "01936b2e-7c21-7d03-9a4f-0c5e8b1d2a6f";
    static final String BRANCH_EXAMPLE =
            "{\"participant\":\"http://127.0.0.1:8081/assent\",\"bqual\":\"Zk3Qw\",\"inquires\":true,"
                    + "\"vote\":\"PREPARED\",\"evidence\":\"7612\"}";
    static final String COMMIT_EXAMPLE = "{\"branches\":[" + BRANCH_EXAMPLE
            + "],\"timeoutMillis\":29000,\"reply\":\"APPLIED\",\"waitMillis\":10000,\"labels\":{\"payment\":\"p-17\"}}";
    static final String ROLLBACK_EXAMPLE = "{\"branches\":[" + BRANCH_EXAMPLE + "],\"reason\":\"customer left\"}";
    static final String COMMITS_EXAMPLE = "{\"commits\":[{\"gtrid\":\"" + GTRID + "\",\"body\":" + COMMIT_EXAMPLE
            + "}],\"rollbacks\":[{\"gtrid\":\"" + OTHER_GTRID + "\",\"body\":" + ROLLBACK_EXAMPLE + "}]}";
    static final String ENLIST_EXAMPLE =
            "{\"branches\":[{\"participant\":\"http://127.0.0.1:8081/assent\",\"bqual\":\"Zk3Qw\"}]}";
    static final String BEGIN_EXAMPLE = "{\"timeoutMillis\":30000,\"labels\":{\"payment\":\"p-17\"}}";
    static final String BEGUN_EXAMPLE =
            "{\"gtrid\":\"" + GTRID + "\",\"context\":\"v=1;gtrid=" + GTRID + ";ttl=30000\"}";
    static final String COMMITTED_EXAMPLE = "{\"gtrid\":\"" + GTRID + "\",\"decision\":\"COMMIT\",\"applied\":\"YES\"}";
    static final String COMMIT_LINE_EXAMPLE =
            "{\"gtrid\":\"" + GTRID + "\",\"status\":200,\"body\":" + COMMITTED_EXAMPLE + "}";
    static final String ABORTED_EXAMPLE = "{\"gtrid\":\"" + GTRID
            + "\",\"decision\":\"ABORT\",\"applied\":\"PENDING\",\"reason\":{\"code\":\"VOTED_NO\",\"detail\":"
            + "\"http://127.0.0.1:8081/assent#Zk3Qw: insufficient funds\"}}";
    static final String INQUIRIES_EXAMPLE =
            "{\"inquiries\":[{\"gtrid\":\"" + GTRID + "\",\"bqual\":\"Zk3Qw\",\"deadline\":\"PASSED\"}]}";
    static final String ANSWERS_EXAMPLE =
            "{\"answers\":[{\"gtrid\":\"" + GTRID + "\",\"bqual\":\"Zk3Qw\",\"verdict\":\"COMMIT\"}]}";
    static final String OPERATOR_EXAMPLE = "{\"by\":\"ada\",\"reason\":\"booked by hand, ticket 4711\"}";
    static final String ABANDON_EXAMPLE = "{\"participant\":\"http://127.0.0.1:8081/assent\",\"bqual\":\"Zk3Qw\","
            + "\"by\":\"ada\",\"reason\":\"service switched off for good\"}";
    static final String PROBLEM_EXAMPLE = "{\"type\":\"urn:assent:error:malformed\",\"title\":\"The request is not as"
            + " documented\",\"status\":400,\"detail\":\"timeoutMillis 'soon' must be a whole number\",\"code\":"
            + "\"MALFORMED\",\"field\":\"timeoutMillis\",\"value\":\"soon\",\"remedy\":\"timeoutMillis must be a whole"
            + " number\"}";

    private Documents() {}

    @Schema(name = "Branch", description = "A branch as the initiator lists it")
    record BranchBody(
            @Schema(example = "http://127.0.0.1:8081/assent")
            String participant,

            @Schema(description = "1 to 64 characters of A-Z a-z 0-9 _ -", example = "Zk3Qw")
            String bqual,

            @Schema(
                    description = "Whether its participant asks about branches in doubt by itself",
                    defaultValue = "false")
            @Nullable
            Boolean inquires,

            @Schema(description = "Absent for a branch that has still to be asked") @Nullable
            VoteBody vote,

            @Schema(description = "With PREPARED") @Nullable String evidence,
            @Schema(description = "With NO") @Nullable String reason) {}

    enum VoteBody {
        PREPARED,
        READ_ONLY,
        NO
    }

    @Schema(name = "BeginRequest")
    record BeginBody(
            @Schema(defaultValue = "30000") @Nullable Long timeoutMillis,
            @Nullable Map<String, String> labels) {}

    @Schema(name = "BeginReply")
    record BegunBody(
            String gtrid,

            @Schema(description = "The value of the header Assent-Context")
            String context) {}

    @Schema(name = "EnlistRequest", description = "Or the header Assent-Branches as it came, and no body")
    record EnlistBody(List<BranchBody> branches) {}

    @Schema(name = "EnlistReply")
    record EnlistedBody(
            String gtrid,

            @Schema(description = "How many are enlisted now")
            int branches) {}

    @Schema(name = "CommitRequest")
    record CommitBody(
            @Schema(description = "The whole list; absent to commit what was enlisted") @Nullable
            List<BranchBody> branches,

            @Schema(description = "Time left until the deadline", defaultValue = "30000") @Nullable
            Long timeoutMillis,

            @Schema(defaultValue = "APPLIED") CommitRequest.@Nullable Reply reply,

            @Schema(description = "How long to wait for APPLIED", defaultValue = "10000") @Nullable
            Long waitMillis,

            @Nullable Map<String, String> labels) {}

    @Schema(
            name = "CommitsRequest",
            description = "At most 200 together, each transaction once; one of the lists may be absent")
    record CommitsBody(
            @Nullable List<NamedCommitBody> commits,
            @Nullable List<NamedRollbackBody> rollbacks) {}

    @Schema(name = "NamedCommit")
    record NamedCommitBody(String gtrid, CommitBody body) {}

    @Schema(name = "NamedRollback")
    record NamedRollbackBody(String gtrid, RollbackBody body) {}

    @Schema(name = "CommitLine", description = "What a request of its own would have been answered")
    record CommitLineBody(
            String gtrid,

            @Schema(description = "Status of that reply", example = "200")
            int status,

            @Schema(description = "Its header Retry-After, where it has one") @Nullable
            Long retryAfterSeconds,

            @Schema(
                    description = "Its body, where the status is another one a Problem",
                    implementation = OutcomeBody.class)
            OutcomeBody body) {}

    @Schema(name = "RollbackRequest")
    record RollbackBody(
            @Nullable List<BranchBody> branches,
            @Nullable String reason,
            @Nullable Map<String, String> labels) {}

    @Schema(name = "Outcome", description = "What the winning row says")
    record OutcomeBody(
            String gtrid,
            Decision decision,
            OutcomeReply.Applied applied,
            @Nullable OutcomeReasonBody reason) {}

    @Schema(name = "OutcomeReason")
    record OutcomeReasonBody(AbortReason.Code code, String detail) {}

    @Schema(name = "InquiryRequest", description = "At most 1000")
    record InquiriesBody(List<InquiryBody> inquiries) {}

    @Schema(name = "Inquiry")
    record InquiryBody(String gtrid, String bqual, Inquiry.Deadline deadline) {}

    @Schema(name = "InquiryReply")
    record AnswersBody(List<AnswerBody> answers) {}

    @Schema(name = "InquiryAnswer")
    record AnswerBody(String gtrid, String bqual, Inquiry.Verdict verdict) {}

    @Schema(name = "OperatorRequest", description = "Who does it and why; kept for ever")
    record OperatorBody(String by, String reason) {}

    @Schema(name = "AbandonRequest", description = "Which branch is given up, by whom and why; kept for ever")
    record AbandonBody(String participant, String bqual, String by, String reason) {}

    @Schema(name = "Problem", description = "An error (RFC 9457). Programs go by the code.")
    record ProblemBody(
            String type,
            String title,
            int status,
            String detail,
            ErrorCode code,
            @Nullable String field,
            @Nullable String value,
            String remedy) {}
}
