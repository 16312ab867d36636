package io.assent.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.AbortReason;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Inquiry;
import io.assent.api.OutcomeReply.Applied;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.engine.port.ParticipantGateway.Offer;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Event;
import io.assent.coordinator.recovery.Recovery;
import io.assent.coordinator.recovery.RecoverySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // many tests look at the log and the gateway instead of the answer
class EngineTest {

    private static final Gtrid T = Gtrid.mint(1_000, 1, 1);
    private static final BranchId NORTH = id("http://north:1/assent", "n1");
    private static final BranchId SOUTH = id("http://south:1/assent", "s1");
    private static final BranchId NORTH_TOO = new BranchId(NORTH.participant(), new Bqual("n2"));

    private final InMemoryDecisionLog log = new InMemoryDecisionLog();
    private final RecordingGateway gateway = new RecordingGateway();
    private final ManualScheduler time = new ManualScheduler();
    private final SettableMembership replicas = new SettableMembership(SettableMembership.member("alone", 1));
    private final Engine engine = engine(s -> s);

    @Test
    void tellsNobodyAnythingBeforeTheRowIsThere() {
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));

        assertThat(answer).isNotDone();
        assertThat(gateway.told).isEmpty();

        log.answerAll();
        assertThat(gateway.told)
                .containsExactly(
                        new RecordingGateway.Told(NORTH, Decision.COMMIT),
                        new RecordingGateway.Told(SOUTH, Decision.COMMIT));
    }

    @Test
    void answersAppliedOnlyAfterEveryBranchHasAcknowledged() {
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        log.answerAll();
        gateway.acknowledge(NORTH);
        assertThat(answer).isNotDone();

        gateway.acknowledge(SOUTH);

        assertThat(told(answer).applied()).isEqualTo(Applied.YES);
        assertThat(log.unfinished).isEmpty();
        assertThat(engine.look(T)).isEmpty();
        assertThat(time.pending()).as("timers left behind").isZero();
    }

    @Test
    void anAnswerIsExpectedSoonIfAllOfItsParticipantsArePrompt() {
        List<Duration> expected = new ArrayList<>();
        gateway.prompt.add(NORTH.participant());
        engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)), expected::add);
        log.answerAll();
        assertThat(expected).as("one is not known to be prompt").containsExactly(Duration.ZERO);

        gateway.prompt.add(SOUTH.participant());
        engine.commit(Gtrid.mint(1_000, 2, 2), commit(prepared(NORTH), prepared(SOUTH)), expected::add);
        log.answerAll();
        assertThat(expected).containsExactly(Duration.ZERO, RecordingGateway.PROMPT);
    }

    @Test
    void aRepeatedCommitHearsThatItIsDecidedAlready() {
        List<Duration> first = new ArrayList<>();
        List<Duration> repeated = new ArrayList<>();
        engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)), first::add);
        log.answerAll();

        engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)), repeated::add);
        gateway.acknowledge(NORTH);

        assertThat(first).containsExactly(Duration.ZERO);
        assertThat(repeated).containsExactly(Duration.ZERO);
    }

    @Test
    void aClientThatWaitsNoLongerIsToldTheDecisionAndThatItIsPending() {
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        log.answerAll();

        time.advance(Duration.ofSeconds(11));

        assertThat(told(answer)).isEqualTo(new Answer.Told(log.rowOf(T), Applied.PENDING));
    }

    @Test
    void aLogThatDoesNotAnswerMakesTheOutcomeUnknownAndTheRepeatLearnsIt() {
        CompletableFuture<Answer> first = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        time.advance(Duration.ofSeconds(16));
        assertThat(first).isCompletedWithValue(new Answer.Unknown());

        CompletableFuture<Answer> repeat = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(told(repeat).row().decision()).isEqualTo(Decision.COMMIT);
    }

    @Test
    void aVoteThatDoesNotComeInTimeAborts() {
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH), asked(SOUTH)));
        assertThat(gateway.asked).containsOnlyKeys(SOUTH);

        time.advance(Duration.ofSeconds(10));
        log.answerAll();

        assertThat(told(answer).row().abortReason()).map(AbortReason::code).contains(AbortReason.Code.NO_VOTE);
        assertThat(gateway.asked).as("still asked for its vote").isEmpty();
    }

    @Test
    void twoReplicasThatDecideTheSameTransactionTellTheSame() {
        Engine other = new Engine(log, new RecordingGateway(), time, new Silent(), EngineSettings.defaults());
        CompletableFuture<Answer> commit = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        CompletableFuture<Answer> rollback = other.rollback(T, new RollbackRequest(List.of(), "", Map.of()));
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(told(rollback).row()).isEqualTo(told(commit).row());
        assertThat(told(commit).row().decision()).isEqualTo(Decision.COMMIT);
    }

    @Test
    void anIdBelowTheFloorIsGoneAndNeverAnOutcome() {
        log.floor = Gtrid.floorOf(2_000);
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();

        assertThat(answer).isCompletedWithValue(new Answer.Gone());
        assertThat(gateway.told).isEmpty();
    }

    @Test
    void recoveryDeliversWhatADeadReplicaHadDecided() {
        engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        log.insert(log.proposals.getFirst());
        log.loseClient();
        Engine successor = engine(s -> s);

        new Recovery(successor, log, replicas, time, RecoverySettings.defaults()).start();
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(gateway.told)
                .containsExactly(
                        new RecordingGateway.Told(NORTH, Decision.COMMIT),
                        new RecordingGateway.Told(SOUTH, Decision.COMMIT));
        assertThat(log.unfinished).isEmpty();
    }

    @Test
    void aParticipantThatCannotInquireIsAskedOnlyAfterItsIntentIsDurable() {
        CompletableFuture<Answer> answer = engine.commit(T, commit(plain(NORTH)));
        assertThat(gateway.asked).isEmpty();

        log.answerAll();
        assertThat(log.intents).containsOnlyKeys(T);
        gateway.vote(NORTH, new Vote.Prepared(""));
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(told(answer).row().decision()).isEqualTo(Decision.COMMIT);
        assertThat(log.intents).as("intents left behind").isEmpty();
    }

    @Test
    void anIntentWhoseCoordinatorDiedIsAbortedAndItsBranchesAreTold() {
        engine.commit(T, commit(plain(NORTH)));
        log.answerAll();
        Engine successor = engine(s -> s);
        gateway.asked.clear();

        new Recovery(successor, log, replicas, time, RecoverySettings.defaults()).start();
        log.answerAll();

        assertThat(gateway.told).containsExactly(new RecordingGateway.Told(NORTH, Decision.ABORT));
        gateway.acknowledgeAll();
        assertThat(log.intents).isEmpty();
    }

    @Test
    void aHeuristicOutcomeIsDurableBeforeTheTransactionCountsAsFinished() {
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();
        gateway.acknowledge(NORTH, new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_ROLLBACK, "by hand"));
        assertThat(log.unfinished).containsExactly(T);
        assertThat(answer).isNotDone();

        log.answerAll();

        assertThat(told(answer).applied()).isEqualTo(Applied.HEURISTIC);
        assertThat(log.heuristics).containsOnlyKeys(NORTH);
        assertThat(log.unfinished).isEmpty();
    }

    @Test
    void refusesNewWorkOverTheLimitAndStillServesWhatIsUnderWay() {
        Engine small = engine(s -> new EngineSettings(
                1, s.deliveringMax(), s.branchesMax(), s.votePatience(), s.decisionPatience(), s.appliedWaitMax()));
        CompletableFuture<Answer> first = small.commit(T, commit(prepared(NORTH)));
        Gtrid another = Gtrid.mint(1_000, 2, 2);

        assertThat(small.commit(another, commit(prepared(SOUTH))))
                .isCompletedWithValue(new Answer.Refused(Answer.Why.OVERLOADED));
        CompletableFuture<Answer> repeat = small.commit(T, commit(prepared(NORTH)));
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(told(first)).isEqualTo(told(repeat));
    }

    @Test
    void refusesNewWorkOnceItStopsTakingAndStillServesWhatIsUnderWay() {
        CompletableFuture<Answer> first = engine.commit(T, commit(prepared(NORTH)));
        engine.stopTaking();

        assertThat(engine.commit(Gtrid.mint(1_000, 2, 2), commit(prepared(SOUTH))))
                .isCompletedWithValue(new Answer.Refused(Answer.Why.SHUTTING_DOWN));
        CompletableFuture<Answer> repeat = engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(told(first)).isEqualTo(told(repeat));
    }

    @Test
    void aDeliveryThatFoundAFullQueueIsOfferedAgainByTheNextSweep() {
        gateway.offer = Offer.QUEUE_FULL;
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();
        assertThat(gateway.open).isEmpty();

        gateway.offer = Offer.TAKEN;
        new Recovery(engine, log, replicas, time, RecoverySettings.defaults()).start();
        log.answerAll();
        gateway.acknowledgeAll();

        assertThat(told(answer).applied()).isEqualTo(Applied.YES);
    }

    @Test
    void aDeliveryThatFoundAFullQueueIsOfferedAgainOnceThatParticipantHasAnsweredAnother() {
        Gtrid another = Gtrid.mint(1_000, 2, 2);
        engine.commit(another, commit(prepared(NORTH), prepared(SOUTH)));
        log.answerAll();
        gateway.offer = Offer.QUEUE_FULL;
        CompletableFuture<Answer> answer = engine.commit(T, commit(prepared(NORTH_TOO)));
        log.answerAll();
        gateway.offer = Offer.TAKEN;

        gateway.acknowledge(SOUTH);
        assertThat(gateway.open).containsOnlyKeys(NORTH);
        gateway.acknowledge(NORTH);
        assertThat(gateway.open).containsOnlyKeys(NORTH_TOO);
        gateway.acknowledge(NORTH_TOO);

        assertThat(told(answer).applied()).isEqualTo(Applied.YES);
    }

    @Test
    void aVoteMakesRoomForADeliveryToo() {
        Gtrid another = Gtrid.mint(1_000, 2, 2);
        engine.commit(another, commit(asked(NORTH)));
        gateway.offer = Offer.QUEUE_FULL;
        engine.commit(T, commit(prepared(NORTH_TOO)));
        log.answerAll();
        gateway.offer = Offer.TAKEN;

        gateway.vote(NORTH, new Vote.Prepared("7"));

        assertThat(gateway.open).containsOnlyKeys(NORTH_TOO);
    }

    @Test
    void whatAnOperatorGaveUpMeanwhileIsNotOfferedAgain() {
        Gtrid another = Gtrid.mint(1_000, 2, 2);
        engine.commit(another, commit(prepared(NORTH)));
        log.answerAll();
        gateway.offer = Offer.QUEUE_FULL;
        engine.commit(T, commit(prepared(NORTH_TOO), prepared(SOUTH)));
        log.answerAll();
        gateway.offer = Offer.TAKEN;
        Acknowledgement lost = new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_HAZARD, "given up");
        engine.submitOperatorVerdict(T, new Event.Acknowledged(NORTH_TOO, lost));
        log.answerAll();

        gateway.acknowledge(NORTH);
        engine.offerAgain();

        assertThat(gateway.open).containsOnlyKeys(SOUTH);
    }

    @Test
    void whatMemoryHasNoRoomForIsNotKeptForLater() {
        Engine small = engine(s -> new EngineSettings(
                s.undecidedMax(), 1, s.branchesMax(), s.votePatience(), s.decisionPatience(), s.appliedWaitMax()));
        small.commit(T, commit(prepared(NORTH)));
        log.answerAll();
        gateway.offer = Offer.QUEUE_FULL;
        Gtrid another = Gtrid.mint(1_000, 2, 2);
        small.commit(another, decided(NORTH_TOO));
        log.answerAll();
        assertThat(small.look(another)).isEmpty();
        gateway.offer = Offer.TAKEN;

        gateway.acknowledge(NORTH);
        small.offerAgain();

        assertThat(gateway.open).isEmpty();
        assertThat(log.unfinished).containsExactly(another);
    }

    @Test
    void whatWasLetGoMeanwhileIsNotOfferedAgain() {
        Gtrid another = Gtrid.mint(1_000, 2, 2);
        engine.commit(another, commit(prepared(NORTH)));
        log.answerAll();
        gateway.offer = Offer.QUEUE_FULL;
        engine.commit(T, decided(NORTH_TOO));
        log.answerAll();
        gateway.offer = Offer.TAKEN;
        assertThat(engine.release(Duration.ZERO, T::equals)).isEqualTo(1);

        gateway.acknowledge(NORTH);

        assertThat(gateway.open).isEmpty();
    }

    @Test
    void anInquiryBeforeTheDeadlineDecidesNothing() {
        assertThat(inquire(Inquiry.Deadline.RUNNING, NORTH)).isEqualTo(Inquiry.Verdict.PENDING);
        assertThat(log.rows).isEmpty();
    }

    @Test
    void anInquiryAfterTheDeadlineAbortsAndTheLateCommitIsToldSo() {
        assertThat(inquire(Inquiry.Deadline.PASSED, NORTH)).isEqualTo(Inquiry.Verdict.ABORT);

        CompletableFuture<Answer> late = engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();

        assertThat(told(late).row().decision()).isEqualTo(Decision.ABORT);
    }

    @Test
    void aBranchThatTheCommittedRowDoesNotListIsToldAbort() {
        engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();

        assertThat(inquire(Inquiry.Deadline.PASSED, SOUTH)).isEqualTo(Inquiry.Verdict.ABORT);
        assertThat(inquire(Inquiry.Deadline.PASSED, NORTH)).isEqualTo(Inquiry.Verdict.COMMIT);
    }

    @Test
    void absenceBelowTheFloorIsAbsentAndNotAborted() {
        log.floor = Gtrid.floorOf(2_000);
        assertThat(inquire(Inquiry.Deadline.PASSED, NORTH)).isEqualTo(Inquiry.Verdict.ABSENT);
    }

    @Test
    void aTransactionBegunHereAbortsAtItsDeadlineAndReleasesWhatWasEnlisted() {
        engine.begin(T, Duration.ofSeconds(5), Map.of());
        engine.enlist(T, List.of(plain(NORTH)));

        time.advance(Duration.ofSeconds(5));
        log.answerAll();

        assertThat(log.rowOf(T).abortReason()).map(AbortReason::code).contains(AbortReason.Code.DEADLINE_PASSED);
        assertThat(gateway.told).containsExactly(new RecordingGateway.Told(NORTH, Decision.ABORT));
    }

    @Test
    void committingWhatNobodyRemembersAbortsInsteadOfGuessing() {
        CompletableFuture<Answer> answer = engine.commit(
                T, new CommitRequest(null, Duration.ofSeconds(30), Reply.APPLIED, Duration.ofSeconds(10), Map.of()));
        log.answerAll();

        assertThat(told(answer).row().abortReason())
                .map(AbortReason::code)
                .contains(AbortReason.Code.COORDINATOR_RESTARTED);
    }

    @Test
    void anotherListThanTheCommittedOneIsAMismatchWithBoth() {
        engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();

        CompletableFuture<Answer> other = engine.commit(T, commit(prepared(NORTH), prepared(SOUTH)));
        log.answerAll();

        assertThat(other).isCompletedWithValue(new Answer.ListMismatch(List.of(NORTH, SOUTH), log.rowOf(T)));
    }

    @Test
    void repeatingAFinishedCommitTellsNobodyAgain() {
        engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();
        gateway.acknowledgeAll();
        gateway.told.clear();

        CompletableFuture<Answer> repeat = engine.commit(T, commit(prepared(NORTH)));
        log.answerAll();

        assertThat(told(repeat).applied()).isEqualTo(Applied.YES);
        assertThat(gateway.told).isEmpty();
    }

    private Inquiry.Verdict inquire(Inquiry.Deadline deadline, BranchId branch) {
        CompletableFuture<Inquiries.Answered> answered =
                new Inquiries(engine, log).answer(List.of(new Inquiry(T, branch.bqual(), deadline)));
        log.answerAll();
        assertThat(answered.join()).isInstanceOf(Inquiries.Answered.Verdicts.class);
        return ((Inquiries.Answered.Verdicts) answered.join())
                .answers()
                .getFirst()
                .verdict();
    }

    private Engine engine(UnaryOperator<EngineSettings> settings) {
        return new Engine(log, gateway, time, new Silent(), settings.apply(EngineSettings.defaults()));
    }

    private static Answer.Told told(CompletableFuture<Answer> answer) {
        assertThat(answer).isDone();
        assertThat(answer.join()).isInstanceOf(Answer.Told.class);
        return (Answer.Told) answer.join();
    }

    /** A request that waits for the decision alone. */
    private static CommitRequest decided(BranchId branch) {
        return new CommitRequest(
                List.of(prepared(branch)),
                Duration.ofSeconds(30),
                CommitRequest.Reply.DECIDED,
                Duration.ZERO,
                Map.of());
    }

    private static CommitRequest commit(Branch... branches) {
        return new CommitRequest(
                List.of(branches), Duration.ofSeconds(30), Reply.APPLIED, Duration.ofSeconds(10), Map.of());
    }

    private static Branch prepared(BranchId id) {
        return branch(id, Inquiring.CAN, new Vote.Prepared("7"));
    }

    private static Branch asked(BranchId id) {
        return branch(id, Inquiring.CAN, null);
    }

    private static Branch plain(BranchId id) {
        return branch(id, Inquiring.CANNOT, null);
    }

    private static Branch branch(BranchId id, Inquiring inquiring, @Nullable Vote vote) {
        return new Branch(id, inquiring, vote);
    }

    private static BranchId id(String participant, String bqual) {
        return new BranchId(new ParticipantUrl(participant), new Bqual(bqual));
    }

    /** An observer for tests that look at the log and the gateway instead. */
    static final class Silent implements Observer {
        @Override
        public void decided(DecisionRow row, Duration sinceFirstSeen) {}

        @Override
        public void finished(DecisionRow row, Duration sinceFirstSeen) {}

        @Override
        public void heuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic) {}

        @Override
        public void overloaded() {}
    }
}
