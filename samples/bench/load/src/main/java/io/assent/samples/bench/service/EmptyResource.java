package io.assent.samples.bench.service;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.participant.BranchResource;
import io.assent.participant.Ending;
import io.assent.participant.Endings;
import io.assent.participant.InDoubtBranch;
import java.util.List;

/** Branches that do nothing: every outcome is carried out at once. */
final class EmptyResource implements BranchResource {

    private final Deliveries deliveries;

    EmptyResource(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    @Override
    public List<InstructionResult> carryOut(List<Instruction> instructions) {
        deliveries.came(instructions.size());
        return instructions.stream().map(EmptyResource::carryOut).toList();
    }

    @Override
    public List<InDoubtBranch> inDoubt() {
        return List.of();
    }

    private static InstructionResult carryOut(Instruction instruction) {
        return switch (instruction.action()) {
            case PREPARE -> InstructionResult.of(instruction, InstructionResult.Result.READ_ONLY);
            case COMMIT -> Endings.afterCommit(instruction, Ending.COMMITTED);
            case ROLLBACK -> Endings.afterRollback(instruction, Ending.ROLLED_BACK);
        };
    }
}
