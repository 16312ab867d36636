package io.assent.coordinator.engine.port;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;

/**
 * The places in a coordinator where a test may end the process: before and after every durable write and every message;
 * see {@link CrashPoints}. All there are, so that a run can tell which it never reached.
 */
public enum CoordinatorCrashPoint {
    /** A client's request is here; nothing has been done about it. */
    BEFORE_REQUEST("coordinator.request.before"),
    /** The intent is about to be written. */
    BEFORE_INTENT("coordinator.intent.before"),
    /** The intent is durable; nobody has been asked to prepare. */
    AFTER_INTENT("coordinator.intent.after"),
    /** A participant is about to be asked for its vote. */
    BEFORE_PREPARE("coordinator.prepare.before"),
    /** The vote is here. */
    AFTER_PREPARE("coordinator.prepare.after"),
    /** The decision is about to be written. */
    BEFORE_DECISION("coordinator.decision.before"),
    /** The decision is durable; nobody has been told. */
    AFTER_DECISION("coordinator.decision.after"),
    /** The client is about to be answered. */
    BEFORE_REPLY("coordinator.reply.before"),
    /** The client has been answered. */
    AFTER_REPLY("coordinator.reply.after"),
    /** A participant is about to be told. */
    BEFORE_DELIVER("coordinator.deliver.before"),
    /** The acknowledgement is here. */
    AFTER_DELIVER("coordinator.deliver.after"),
    /** A heuristic outcome is about to be written. */
    BEFORE_HEURISTIC("coordinator.heuristic.before"),
    /** The heuristic outcome is durable. */
    AFTER_HEURISTIC("coordinator.heuristic.after"),
    /** An intent whose branches are resolved is about to be deleted. */
    BEFORE_INTENT_DROP("coordinator.intent-drop.before"),
    /** The intent is deleted. */
    AFTER_INTENT_DROP("coordinator.intent-drop.after"),
    /** The tracking of a batch that has finished is about to be deleted; told with the batch's id. */
    BEFORE_FINISHED("coordinator.finished.before"),
    /** The tracking is deleted; told with the batch's id. */
    AFTER_FINISHED("coordinator.finished.after"),
    /** An inquiry is here; nothing has been done about it. */
    BEFORE_INQUIRY("coordinator.inquiry.before"),
    /** An inquiry is about to be answered. */
    AFTER_INQUIRY("coordinator.inquiry.after"),
    /** A request is about to be passed on to the replica that holds the transaction. */
    BEFORE_FORWARD("coordinator.forward.before"),
    /** The reply of that replica is here. */
    AFTER_FORWARD("coordinator.forward.after"),
    /** What an operator does by hand is about to be written. */
    BEFORE_OPERATOR("coordinator.operator.before"),
    /** What an operator does by hand is durable. */
    AFTER_OPERATOR("coordinator.operator.after"),
    /** The pruning floor is about to be raised. */
    BEFORE_FLOOR("coordinator.floor.before"),
    /** The pruning floor is durable; no row has gone. */
    AFTER_FLOOR("coordinator.floor.after"),
    /** Rows below the floor are about to be deleted. */
    BEFORE_PRUNE("coordinator.prune.before"),
    /** Rows below the floor are deleted. */
    AFTER_PRUNE("coordinator.prune.after"),
    /** The replica is about to renew its membership. */
    BEFORE_RENEW("coordinator.renew.before"),
    /** The membership is renewed. */
    AFTER_RENEW("coordinator.renew.after");

    private final String point;

    CoordinatorCrashPoint(String point) {
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

    /** As {@link #reached(Gtrid)}, where there is no transaction. */
    public void reached() {
        reached(CrashPoints.NO_TRANSACTION);
    }
}
