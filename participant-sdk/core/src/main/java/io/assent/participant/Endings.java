package io.assent.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;

/** Holds how a branch ended against what it was told: the same is success, the contrary is heuristic. */
public final class Endings {

    private Endings() {}

    public static InstructionResult afterCommit(Instruction commit, Ending ending) {
        return switch (ending) {
            case COMMITTED -> InstructionResult.of(commit, Result.COMMITTED);
            case ROLLED_BACK ->
                InstructionResult.because(
                        commit, Result.HEURISTIC_ROLLBACK, "the branch was rolled back after it had voted PREPARED");
            case UNKNOWN ->
                InstructionResult.because(
                        commit,
                        Result.HEURISTIC_HAZARD,
                        "the branch is gone and nothing shows whether it was committed");
        };
    }

    public static InstructionResult afterRollback(Instruction rollback, Ending ending) {
        return switch (ending) {
            case ROLLED_BACK -> InstructionResult.of(rollback, Result.ROLLED_BACK);
            case COMMITTED ->
                InstructionResult.because(rollback, Result.HEURISTIC_COMMIT, "the branch was committed before");
            case UNKNOWN ->
                InstructionResult.because(
                        rollback,
                        Result.HEURISTIC_HAZARD,
                        "the branch is gone and nothing shows whether it was rolled back");
        };
    }
}
