package io.assent.coordinator.adapter.participant;

import io.assent.api.CrashPoints;
import io.assent.api.Instruction;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;

/**
 * The crash points on both sides of an instruction. Thread-safe; reached without a lane's lock, for they may not return.
 *
 * @param listener hears of each
 */
record InstructionCrashPoints(CrashPoints listener) {

    /** It is about to be sent. */
    void reachedBefore(Instruction instruction) {
        CoordinatorCrashPoint point = switch (instruction.action()) {
            case PREPARE -> CoordinatorCrashPoint.BEFORE_PREPARE;
            case COMMIT, ROLLBACK -> CoordinatorCrashPoint.BEFORE_DELIVER;
        };
        listener.reached(point.point(), instruction.gtrid());
    }

    /** Its answer has been passed on. */
    void reachedAfter(Instruction instruction) {
        CoordinatorCrashPoint point = switch (instruction.action()) {
            case PREPARE -> CoordinatorCrashPoint.AFTER_PREPARE;
            case COMMIT, ROLLBACK -> CoordinatorCrashPoint.AFTER_DELIVER;
        };
        listener.reached(point.point(), instruction.gtrid());
    }
}
