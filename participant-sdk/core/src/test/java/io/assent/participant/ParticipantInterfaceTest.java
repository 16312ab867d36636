package io.assent.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.MalformedException;
import io.assent.api.Vote;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParticipantInterfaceTest {

    private final Gtrid gtrid = Gtrid.mint();
    private final Bqual bqual = Bqual.mint();
    private final MemoryParticipant participant = new MemoryParticipant();
    private final BranchResource resource = BranchResource.of(participant);
    private final InstructionHandler handler = new InstructionHandler(resource);

    @Test
    void aBranchIsPreparedAndCommittedOverTheWire() {
        participant.put(gtrid, bqual, MemoryParticipant.State.RESERVED);

        List<InstructionResult> results = InstructionJson.readResults(handler.handle(
                InstructionJson.writeInstructions(List.of(instruction(Action.PREPARE), instruction(Action.COMMIT)))));

        assertThat(results).extracting(InstructionResult::result).containsExactly(Result.PREPARED, Result.COMMITTED);
        assertThat(results.getFirst().evidence()).isEqualTo("e" + bqual);
    }

    @Test
    void anEndingAgainstTheInstructionIsHeuristic() {
        participant.put(gtrid, bqual, MemoryParticipant.State.ROLLED_BACK);
        assertThat(tell(Action.COMMIT)).isEqualTo(Result.HEURISTIC_ROLLBACK);

        participant.put(gtrid, bqual, MemoryParticipant.State.COMMITTED);
        assertThat(tell(Action.ROLLBACK)).isEqualTo(Result.HEURISTIC_COMMIT);
        assertThat(tell(Action.COMMIT)).isEqualTo(Result.COMMITTED);
    }

    @Test
    void anEndingThatNobodyKnowsIsAHazard() {
        assertThat(tell(Action.COMMIT)).isEqualTo(Result.HEURISTIC_HAZARD);
    }

    @Test
    void anUnknownBranchVotesNo() {
        assertThat(tell(Action.PREPARE)).isEqualTo(Result.NO);
    }

    @Test
    void anExceptionIsRetryAndConcernsItsOwnInstructionOnly() {
        InstructionHandler failing = new InstructionHandler(BranchResource.of(new Failing()));

        assertThat(failing.handle(
                        List.of(instruction(Action.PREPARE), instruction(Action.COMMIT), instruction(Action.ROLLBACK))))
                .extracting(InstructionResult::result)
                .containsExactly(Result.RETRY, Result.COMMITTED, Result.RETRY);
    }

    @Test
    void aResourceThatThrowsIsRetryForTheWholeBatch() {
        InstructionHandler failing = new InstructionHandler(new Throwing());

        assertThat(failing.handle(List.of(instruction(Action.COMMIT), instruction(Action.ROLLBACK))))
                .extracting(InstructionResult::result)
                .containsExactly(Result.RETRY, Result.RETRY);
    }

    @Test
    void aBodyThatIsNoneIsRefused() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> handler.handle("{}x".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFullBatchFitsTheBodyLimit() {
        List<Instruction> batch = new ArrayList<>();
        for (int i = 0; i < InstructionJson.BATCH_MAX; i++) {
            batch.add(new Instruction(
                    Action.ROLLBACK, gtrid, new Bqual("b".repeat(64)), "\"".repeat(Vote.TEXT_LENGTH_MAX)));
        }
        assertThat(InstructionJson.writeInstructions(batch)).hasSizeLessThan(InstructionHandler.BODY_BYTES_MAX);
    }

    @Test
    void theSweepEndsWhatTheParticipantNames() {
        participant.put(gtrid, bqual, MemoryParticipant.State.PREPARED);
        InDoubtSweep sweep = new InDoubtSweep(
                resource,
                inquiries -> inquiries.stream()
                        .map(asked -> new Inquiry.Answer(asked.gtrid(), asked.bqual(), Inquiry.Verdict.COMMIT))
                        .toList(),
                AbsencePolicy.HOLD);

        assertThat(sweep.sweep().committed()).isEqualTo(1);
        assertThat(participant.inDoubt()).isEmpty();
    }

    @Test
    void theSweepAsksInBatchesThatTheCoordinatorTakes() {
        for (int i = 0; i < 2 * InquiryJson.BATCH_MAX + 1; i++) {
            participant.put(gtrid, Bqual.mint(), MemoryParticipant.State.PREPARED);
        }
        List<Integer> sizes = new ArrayList<>();
        InDoubtSweep sweep = new InDoubtSweep(
                resource,
                inquiries -> {
                    sizes.add(inquiries.size());
                    return List.of();
                },
                AbsencePolicy.HOLD);

        assertThat(sweep.sweep().pending()).isEqualTo(2 * InquiryJson.BATCH_MAX + 1);
        assertThat(sizes).containsExactly(InquiryJson.BATCH_MAX, InquiryJson.BATCH_MAX, 1);
    }

    @Test
    void aBranchFoundEndedByHandIsReportedAndRunsNobodyElseInto() {
        participant.put(gtrid, bqual, MemoryParticipant.State.PREPARED);
        InDoubtSweep sweep = new InDoubtSweep(
                resource,
                inquiries -> {
                    participant.put(gtrid, bqual, MemoryParticipant.State.ROLLED_BACK);
                    return List.of(new Inquiry.Answer(gtrid, bqual, Inquiry.Verdict.COMMIT));
                },
                AbsencePolicy.HOLD);

        SweepReport report = sweep.sweep();
        assertThat(report.heuristic()).isEqualTo(1);
        assertThat(report.committed()).isZero();
    }

    @Test
    void aBranchFoundCommittedAfterAbsenceIsNoDivergence() {
        participant.put(gtrid, bqual, MemoryParticipant.State.PREPARED);
        InDoubtSweep sweep = new InDoubtSweep(
                resource,
                _ -> {
                    participant.put(gtrid, bqual, MemoryParticipant.State.COMMITTED);
                    return List.of(new Inquiry.Answer(gtrid, bqual, Inquiry.Verdict.ABSENT));
                },
                AbsencePolicy.ROLLBACK);

        SweepReport report = sweep.sweep();
        assertThat(report.heuristic()).isZero();
        assertThat(report.inDoubt()).isEqualTo(1);
    }

    @Test
    void failedSweepsBackOffUpToTheLimit() {
        SweepSettings settings = SweepSettings.DEFAULT;

        assertThat(settings.delayAfter(0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.delayAfter(1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.delayAfter(2)).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.delayAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void anIntervalThatIsNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SweepSettings.DEFAULT.withInterval(Duration.ZERO))
                .withMessageContaining("interval");
    }

    private Result tell(Action action) {
        return handler.handle(List.of(instruction(action))).getFirst().result();
    }

    private Instruction instruction(Action action) {
        return new Instruction(action, gtrid, bqual, "");
    }

    private static final class Failing implements Participant {
        @Override
        public Vote prepare(Gtrid gtrid, Bqual bqual) throws Exception {
            throw new Exception("resource down");
        }

        @Override
        public Ending commit(Gtrid gtrid, Bqual bqual, String evidence) {
            return Ending.COMMITTED;
        }

        @Override
        public Ending rollback(Gtrid gtrid, Bqual bqual, String evidence) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public List<InDoubtBranch> inDoubt() {
            return List.of();
        }
    }

    private static final class Throwing implements BranchResource {
        @Override
        public List<InstructionResult> carryOut(List<Instruction> instructions) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public List<InDoubtBranch> inDoubt() {
            return List.of();
        }
    }
}
