package io.assent.coordinator.adapter.participant;

import io.assent.api.InstructionResult;
import java.util.List;

/** What became of one request. */
sealed interface Reply {

    /** 200 with results that could be read. */
    record Answered(List<InstructionResult> results) implements Reply {}

    /** Nothing that says anything about any instruction. */
    record Failed(Cause cause, String error) implements Reply {}

    enum Cause {
        /** No connection: nothing was sent, so no instruction can be at fault. */
        UNREACHABLE,
        /** The instructions may have been carried out, and one of them may be the reason for the failure. */
        BROKEN
    }
}
