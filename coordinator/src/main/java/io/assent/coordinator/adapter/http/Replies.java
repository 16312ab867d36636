package io.assent.coordinator.adapter.http;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.OutcomeReply;
import io.assent.api.TransactionJson;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import java.util.List;

/** What the engine's answers are in the API. */
final class Replies {

    private Replies() {}

    /** The body of a reply to commit.
     * @throws ProblemException if the answer is an error */
    static byte[] toCommit(Gtrid gtrid, Answer answer) {
        return switch (answer) {
            case Answer.Told told -> outcome(told);
            case Answer.ListMismatch(List<BranchId> requested, DecisionRow row) ->
                throw Problem.of(
                                ErrorCode.LIST_MISMATCH,
                                "transaction " + gtrid + " has been committed with other branches")
                        .about("branches", "")
                        .listing("requested", requested)
                        .listing("decided", ids(row))
                        .toException();
            case Answer.NotTheEnlisted(List<BranchId> requested, List<BranchId> enlisted) ->
                throw Problem.of(ErrorCode.NOT_THE_ENLISTED, "transaction " + gtrid + " has other branches enlisted")
                        .about("branches", "")
                        .listing("requested", requested)
                        .listing("enlisted", enlisted)
                        .toException();
            case Answer.TooManyBranches tooMany -> throw tooMany(tooMany);
            case Answer.Gone _ -> throw gone(gtrid);
            case Answer.Unknown _ -> throw unknown(gtrid);
            case Answer.Refused refused -> throw refused(refused);
            case Answer.Begun _,
                    Answer.Enlisted _,
                    Answer.AlreadyBegun _,
                    Answer.AlreadyDeciding _,
                    Answer.NotBegun _ -> throw unexpected(answer);
        };
    }

    /** The body of a reply to rollback.
     * @throws ProblemException if the answer is an error */
    static byte[] toRollback(Gtrid gtrid, Answer answer) {
        if (answer instanceof Answer.Told told && told.row().decision() == Decision.COMMIT) {
            throw Problem.of(ErrorCode.ALREADY_COMMITTED, "transaction " + gtrid + " has been committed")
                    .toException();
        }
        return toCommit(gtrid, answer);
    }

    static ProblemException tooMany(Answer.TooManyBranches tooMany) {
        return Problem.of(
                        ErrorCode.TOO_LARGE,
                        tooMany.branches() + " branches are more than the " + tooMany.branchesMax()
                                + " that a transaction may have (assent.engine.branches-max)")
                .about("branches", Integer.toString(tooMany.branches()))
                .toException();
    }

    static ProblemException gone(Gtrid gtrid) {
        return Problem.of(ErrorCode.GONE, "transaction " + gtrid + " is over and no longer known")
                .about("gtrid", gtrid.toString())
                .toException();
    }

    static ProblemException unknown(Gtrid gtrid) {
        return Problem.of(ErrorCode.LOG_UNAVAILABLE, "the outcome of transaction " + gtrid + " is not known yet")
                .about("gtrid", gtrid.toString())
                .toException();
    }

    static ProblemException alreadyDeciding(Gtrid gtrid) {
        return Problem.of(ErrorCode.ALREADY_DECIDED, "transaction " + gtrid + " is being decided, or has been")
                .about("gtrid", gtrid.toString())
                .toException();
    }

    static ProblemException refused(Answer.Refused refused) {
        return switch (refused.why()) {
            case OVERLOADED ->
                Problem.of(ErrorCode.OVERLOADED, "as many transactions are in flight as this replica takes")
                        .toException();
            case SHUTTING_DOWN ->
                Problem.of(ErrorCode.SHUTTING_DOWN, "this replica is shutting down and takes no new work")
                        .toException();
        };
    }

    /** An answer that the engine does not give to this kind of request. */
    static IllegalStateException unexpected(Answer answer) {
        return new IllegalStateException("unexpected answer " + answer);
    }

    private static byte[] outcome(Answer.Told told) {
        DecisionRow row = told.row();
        return TransactionJson.writeOutcome(
                new OutcomeReply(row.gtrid(), row.decision(), told.applied(), row.reason()));
    }

    private static List<BranchId> ids(DecisionRow row) {
        return row.branches().stream().map(ListedBranch::id).toList();
    }
}
