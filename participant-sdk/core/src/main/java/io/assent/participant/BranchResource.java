package io.assent.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import java.util.List;

/** What stands behind an instruction endpoint: carries out batches, and knows what it holds in doubt. Thread-safe. */
public interface BranchResource {

    /**
     * Carries out the instructions, those for the same branch in their order.
     *
     * @return one result for each instruction, in any order
     */
    List<InstructionResult> carryOut(List<Instruction> instructions);

    /**
     * The branches that are prepared and not yet ended.
     *
     * @throws Exception if the resource can't say now
     */
    List<InDoubtBranch> inDoubt() throws Exception;

    /** Makes a resource of a participant that handles one branch at a time. */
    static BranchResource of(Participant participant) {
        return new ParticipantResource(participant);
    }
}
