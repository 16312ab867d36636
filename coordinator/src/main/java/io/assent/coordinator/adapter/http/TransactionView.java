package io.assent.coordinator.adapter.http;

import io.assent.api.AbortReason;
import io.assent.api.Decision;
import io.assent.coordinator.protocol.Acknowledgement;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One transaction as people see it.
 *
 * @param decision absent as long as there is no row
 * @param mintedAt by the clock of the machine that minted the id
 * @param decidedAt by the decision log's clock
 * @param finishedAt when every branch had acknowledged, if that has come
 * @param ageMillis since the id was minted
 * @param decidedAgeMillis since it was decided
 */
@Serdeable
@Schema(name = "Transaction", description = "A transaction as people see it; absent fields are not known")
record TransactionView(
        @Schema(example = "01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d")
        String gtrid,

        State state,
        @Nullable Decision decision,
        @Nullable ReasonView reason,

        @Schema(example = "{\"payment\":\"p-17\"}") Map<String, String> labels,

        List<BranchView> branches,
        Instant mintedAt,
        @Nullable Instant decidedAt,
        @Nullable Instant finishedAt,
        long ageMillis,
        @Nullable Long decidedAgeMillis) {

    /** Where it stands. */
    enum State {
        /** Begun over the HTTP API; branches may join. */
        ACTIVE,
        /** Votes are missing. */
        PREPARING,
        /** The decision is on its way to the log. */
        DECIDING,
        /** Decided; some branch has not confirmed yet. */
        COMMITTING,
        COMMITTED,
        /** Decided; some branch has not confirmed yet. */
        ABORTING,
        ABORTED,
        /** Over, but for at least one branch against the decision, or nobody can tell. */
        HEURISTIC;

        boolean isDecided() {
            return switch (this) {
                case ACTIVE, PREPARING, DECIDING -> false;
                case COMMITTING, COMMITTED, ABORTING, ABORTED, HEURISTIC -> true;
            };
        }

        boolean isApplied() {
            return switch (this) {
                case COMMITTED, ABORTED, HEURISTIC -> true;
                case ACTIVE, PREPARING, DECIDING, COMMITTING, ABORTING -> false;
            };
        }
    }

    @Serdeable
    @Schema(name = "Reason")
    record ReasonView(
            AbortReason.Code code,

            @Schema(example = "http://127.0.0.1:8081/assent#Zk3Qw: insufficient funds")
            String detail) {}

    /**
     * @param attempts how often it was sent what it has to be told now, by this replica
     * @param lastError why the last attempt failed
     * @param silentSince since when the participant has answered no request of this replica; absent if it answers
     */
    @Serdeable
    @Schema(name = "BranchStatus")
    record BranchView(
            @Schema(example = "http://127.0.0.1:8081/assent")
            String participant,

            @Schema(example = "Zk3Qw") String bqual,
            boolean inquires,
            VoteView vote,
            BranchState state,
            @Nullable Integer attempts,
            @Nullable String lastError,
            @Nullable Instant silentSince,
            @Nullable Instant nextRetryAt,
            Acknowledgement.@Nullable Kind heuristic,
            @Nullable String heuristicDetail) {}

    enum VoteView {
        PREPARED,
        READ_ONLY,
        NO,
        /** Not there yet. */
        MISSING,
        /** The row does not say; only in ABORT rows. */
        UNKNOWN
    }

    enum BranchState {
        /** Named before commit was asked for. */
        ENLISTED,
        /** Asked for its vote. */
        ASKED,
        VOTED,
        /** Told the decision, or to be told, and has not confirmed. */
        PENDING,
        DONE,
        /** Against the decision, or nobody can tell. */
        HEURISTIC,
        /** Read-only, or rolled back when it voted NO. */
        NOTHING_TO_TELL
    }
}
