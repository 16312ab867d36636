package io.assent.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a batch on a {@link Participant}, one branch after the other; an exception becomes RETRY. */
final class ParticipantResource implements BranchResource {

    private static final Logger LOG = LoggerFactory.getLogger(ParticipantResource.class);

    private final Participant participant;

    ParticipantResource(Participant participant) {
        this.participant = participant;
    }

    @Override
    public List<InstructionResult> carryOut(List<Instruction> instructions) {
        List<InstructionResult> results = new ArrayList<>(instructions.size());
        for (Instruction instruction : instructions) {
            results.add(carryOut(instruction));
        }
        return results;
    }

    @Override
    public List<InDoubtBranch> inDoubt() throws Exception {
        return participant.inDoubt();
    }

    private InstructionResult carryOut(Instruction instruction) {
        try {
            return switch (instruction.action()) {
                case PREPARE ->
                    InstructionResult.ofVote(
                            instruction, participant.prepare(instruction.gtrid(), instruction.bqual()));
                case COMMIT -> Endings.afterCommit(instruction, commit(instruction));
                case ROLLBACK -> Endings.afterRollback(instruction, rollback(instruction));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return InstructionResult.because(instruction, Result.RETRY, "interrupted");
        } catch (Exception e) {
            LOG.warn(
                    "Instruction failed and will be asked again: action={} gtrid={} bqual={}",
                    instruction.action(),
                    instruction.gtrid(),
                    instruction.bqual(),
                    e);
            return InstructionResult.because(instruction, Result.RETRY, e.toString());
        }
    }

    private Ending commit(Instruction instruction) throws Exception {
        ParticipantCrashPoint.BEFORE_COMMIT.reached(instruction.gtrid());
        Ending ending = participant.commit(instruction.gtrid(), instruction.bqual(), instruction.evidence());
        ParticipantCrashPoint.AFTER_COMMIT.reached(instruction.gtrid());
        return ending;
    }

    private Ending rollback(Instruction instruction) throws Exception {
        ParticipantCrashPoint.BEFORE_ROLLBACK.reached(instruction.gtrid());
        Ending ending = participant.rollback(instruction.gtrid(), instruction.bqual(), instruction.evidence());
        ParticipantCrashPoint.AFTER_ROLLBACK.reached(instruction.gtrid());
        return ending;
    }
}
