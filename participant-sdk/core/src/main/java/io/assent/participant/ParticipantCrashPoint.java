package io.assent.participant;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;

/**
 * The places in a participant where a test may end the process: before and after every durable write and every message;
 * see {@link CrashPoints}.
 */
public enum ParticipantCrashPoint {
    /** A request in a transaction is here; nothing has been done about it. */
    BEFORE_WORK("participant.work.before"),
    /** The work is done; nothing is prepared yet. */
    BEFORE_PREPARE("participant.prepare.before"),
    /** Durably prepared; nobody has been told. */
    AFTER_PREPARE("participant.prepare.after"),
    /** The vote is about to leave with the reply. */
    BEFORE_VOTE("participant.vote.before"),
    /** The vote has left with the reply. */
    AFTER_VOTE("participant.vote.after"),
    /** An instruction is here; nothing has been done about it. */
    BEFORE_INSTRUCTION("participant.instruction.before"),
    /** The result of an instruction is about to leave. */
    AFTER_INSTRUCTION("participant.instruction.after"),
    /** Told to commit; not done yet. */
    BEFORE_COMMIT("participant.commit.before"),
    /** Committed; the coordinator does not know yet. */
    AFTER_COMMIT("participant.commit.after"),
    /** Told to roll back; not done yet. */
    BEFORE_ROLLBACK("participant.rollback.before"),
    /** Rolled back; the coordinator does not know yet. */
    AFTER_ROLLBACK("participant.rollback.after"),
    /** The coordinator is about to be asked about a branch in doubt. */
    BEFORE_INQUIRY("participant.inquiry.before"),
    /** The coordinator has answered; the branch is as it was. */
    AFTER_INQUIRY("participant.inquiry.after");

    private final String point;

    ParticipantCrashPoint(String point) {
        this.point = point;
    }

    /** The name under which {@link CrashPoints} hears of it. */
    public String point() {
        return point;
    }

    /** To be called where the point lies; may not return. */
    public void reached(Gtrid gtrid) {
        CrashPoints.INSTALLED.reached(point, gtrid);
    }
}
