package io.assent;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;

/** The places in an initiator where a test may end the process: before and after every message; see {@link CrashPoints}. */
public enum InitiatorCrashPoint {
    /** A service is about to be called in a transaction. */
    BEFORE_CALL("initiator.call.before"),
    /** The service has answered, and its branches are known. */
    AFTER_CALL("initiator.call.after"),
    /** Commit is about to be asked for. */
    BEFORE_COMMIT("initiator.commit.before"),
    /** The answer to commit is here. */
    AFTER_COMMIT("initiator.commit.after"),
    /** Rollback is about to be asked for. */
    BEFORE_ROLLBACK("initiator.rollback.before"),
    /** The answer to rollback is here. */
    AFTER_ROLLBACK("initiator.rollback.after");

    private final String point;

    InitiatorCrashPoint(String point) {
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
