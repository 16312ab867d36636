package io.assent.api;

/**
 * A participant's answer to one instruction.
 *
 * @param evidence with PREPARED, what can be shown later; otherwise empty
 * @param reason with NO, RETRY and the heuristic results, why; otherwise empty; at most 200 characters are kept
 */
public record InstructionResult(Gtrid gtrid, Bqual bqual, Result result, String evidence, String reason) {

    public InstructionResult {
        reason = BoundedText.cleaned(reason, Vote.TEXT_LENGTH_MAX);
    }

    public enum Result {
        /** To PREPARE: a vote. */
        PREPARED,
        /** To PREPARE: a vote. */
        READ_ONLY,
        /** To PREPARE: a vote. */
        NO,
        /** To COMMIT: committed just now, or shown to have committed before (rule R16). */
        COMMITTED,
        /** To ROLLBACK: nothing of the branch remains and nothing of it was committed. */
        ROLLED_BACK,
        /** To COMMIT: somebody rolled the branch back after it had voted PREPARED. */
        HEURISTIC_ROLLBACK,
        /** To ROLLBACK: somebody committed the branch after it had voted PREPARED. */
        HEURISTIC_COMMIT,
        /** To COMMIT or ROLLBACK: nobody can tell any more how the branch ended. */
        HEURISTIC_HAZARD,
        /** Not now (resource down, branch busy); ask again later. Says nothing about the branch. */
        RETRY
    }

    public static InstructionResult of(Instruction instruction, Result result) {
        return new InstructionResult(instruction.gtrid(), instruction.bqual(), result, "", "");
    }

    public static InstructionResult because(Instruction instruction, Result result, String reason) {
        return new InstructionResult(instruction.gtrid(), instruction.bqual(), result, "", reason);
    }

    public static InstructionResult ofVote(Instruction instruction, Vote vote) {
        if (vote instanceof Vote.Prepared prepared) {
            return new InstructionResult(
                    instruction.gtrid(), instruction.bqual(), Result.PREPARED, prepared.evidence(), "");
        }
        if (vote instanceof Vote.No no) {
            return because(instruction, Result.NO, no.reason());
        }
        return of(instruction, Result.READ_ONLY);
    }
}
