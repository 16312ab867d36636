package io.assent.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instruction endpoint without its transport: the body of a request in, the body of the reply out
 * (docs/PROTOCOL.md, section 5). Thread-safe.
 */
public final class InstructionHandler {

    /** The longest request body that can hold a full batch; an endpoint need not read more. */
    public static final int BODY_BYTES_MAX = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(InstructionHandler.class);

    private final BranchResource resource;

    public InstructionHandler(BranchResource resource) {
        this.resource = resource;
    }

    /**
     * Carries out a batch of instructions as it came over the wire.
     *
     * @return the body to answer with status 200
     * @throws io.assent.api.MalformedException if the body is not as documented: to be answered with status 400
     */
    public byte[] handle(byte[] body) {
        List<InstructionResult> results = handle(InstructionJson.readInstructions(body));
        results.forEach(r -> ParticipantCrashPoint.AFTER_INSTRUCTION.reached(r.gtrid()));
        return InstructionJson.writeResults(results);
    }

    /** As {@link #handle(byte[])}, one result for each instruction; never throws for what the resource does. */
    public List<InstructionResult> handle(List<Instruction> instructions) {
        instructions.forEach(i -> ParticipantCrashPoint.BEFORE_INSTRUCTION.reached(i.gtrid()));
        try {
            return resource.carryOut(instructions);
        } catch (RuntimeException e) {
            LOG.error("A batch of instructions failed and will be asked again: count={}", instructions.size(), e);
            return instructions.stream()
                    .map(instruction -> InstructionResult.because(instruction, Result.RETRY, e.toString()))
                    .toList();
        }
    }
}
