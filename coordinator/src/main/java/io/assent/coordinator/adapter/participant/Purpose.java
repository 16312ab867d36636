package io.assent.coordinator.adapter.participant;

import io.assent.api.Decision;
import io.assent.api.Instruction.Action;
import io.assent.api.InstructionResult;
import io.assent.api.MalformedException;
import io.assent.api.Vote;
import io.assent.coordinator.engine.port.ParticipantGateway.Delivered;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.Acknowledgement.Heuristic;
import io.assent.coordinator.protocol.Acknowledgement.Kind;
import java.util.function.Consumer;

/** Why an instruction is sent, and what a result means for it. A result that does not fit is no answer. */
sealed interface Purpose {

    Action action();

    Conclusion conclude(InstructionResult result);

    /** To get the branch's vote. */
    record Asking(Consumer<Vote> then) implements Purpose {

        @Override
        public Action action() {
            return Action.PREPARE;
        }

        @Override
        public Conclusion conclude(InstructionResult result) {
            return switch (result.result()) {
                case PREPARED -> prepared(result.evidence());
                case READ_ONLY -> voted(new Vote.ReadOnly());
                case NO -> voted(new Vote.No(Texts.shown(result.reason())));
                case RETRY -> retry(result);
                case COMMITTED, ROLLED_BACK, HEURISTIC_ROLLBACK, HEURISTIC_COMMIT, HEURISTIC_HAZARD ->
                    misfit(this, result);
            };
        }

        private Conclusion prepared(String evidence) {
            if (!Texts.isPlain(evidence)) {
                return new Conclusion.Again("the evidence contains characters that are no text");
            }
            try {
                return voted(new Vote.Prepared(evidence));
            } catch (MalformedException e) {
                return new Conclusion.Again("the evidence " + e.remedy());
            }
        }

        private Conclusion voted(Vote vote) {
            return new Conclusion.Ends(() -> then.accept(vote));
        }
    }

    /** To carry the decision to the branch. */
    record Telling(Decision decision, Consumer<Delivered> then) implements Purpose {

        @Override
        public Action action() {
            return switch (decision) {
                case COMMIT -> Action.COMMIT;
                case ABORT -> Action.ROLLBACK;
            };
        }

        @Override
        public Conclusion conclude(InstructionResult result) {
            return switch (result.result()) {
                case COMMITTED -> only(Decision.COMMIT, result, new Acknowledgement.Applied());
                case ROLLED_BACK -> only(Decision.ABORT, result, new Acknowledgement.Applied());
                case HEURISTIC_ROLLBACK -> only(Decision.COMMIT, result, heuristic(Kind.HEURISTIC_ROLLBACK, result));
                case HEURISTIC_COMMIT -> only(Decision.ABORT, result, heuristic(Kind.HEURISTIC_COMMIT, result));
                case HEURISTIC_HAZARD -> acknowledged(heuristic(Kind.HEURISTIC_HAZARD, result));
                case RETRY -> retry(result);
                case PREPARED, READ_ONLY, NO -> misfit(this, result);
            };
        }

        private Conclusion only(Decision fitting, InstructionResult result, Acknowledgement acknowledgement) {
            return decision == fitting ? acknowledged(acknowledgement) : misfit(this, result);
        }

        private Conclusion acknowledged(Acknowledgement acknowledgement) {
            return new Conclusion.Ends(() -> then.accept(new Delivered.Acknowledged(acknowledgement)));
        }

        private static Heuristic heuristic(Kind kind, InstructionResult result) {
            return new Heuristic(kind, Texts.shown(result.reason()));
        }
    }

    private static Conclusion retry(InstructionResult result) {
        return new Conclusion.Again(Texts.shown("participant answered RETRY: " + result.reason()));
    }

    private static Conclusion misfit(Purpose purpose, InstructionResult result) {
        return new Conclusion.Again(result.result() + " is no result of " + purpose.action());
    }
}
