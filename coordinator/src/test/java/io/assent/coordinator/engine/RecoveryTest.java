package io.assent.coordinator.engine;

import static io.assent.coordinator.engine.SettableMembership.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import io.assent.coordinator.recovery.Recovery;
import io.assent.coordinator.recovery.RecoverySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose it is to finish a decided transaction, when replicas come, go and disagree. */
@SuppressWarnings("FutureReturnValueIgnored") // what counts is what the participants are told
class RecoveryTest {

    private static final RecoverySettings SETTINGS =
            new RecoverySettings(Duration.ofSeconds(1), 1000, Duration.ofSeconds(5), Duration.ofSeconds(30));
    private static final BranchId NORTH = new BranchId(new ParticipantUrl("http://north:1/assent"), new Bqual("n1"));
    private static final Member A = member("a", 1);
    private static final Member B = member("b", 2);
    private static final Member C = member("c", 4);
    private static final Member A_AGAIN = member("a", 3);

    private final InMemoryDecisionLog log = new InMemoryDecisionLog();
    private final ManualScheduler time = new ManualScheduler();

    /** One process: what it has told, and the replicas that it knows. */
    private final class Running {
        final RecordingGateway gateway = new RecordingGateway();
        final SettableMembership replicas;
        final Engine engine;
        final Recovery recovery;

        Running(Member self, Member... alive) {
            this(EngineSettings.defaults(), self, alive);
        }

        Running(EngineSettings settings, Member self, Member... alive) {
            this(settings, SETTINGS, self, alive);
        }

        Running(EngineSettings settings, RecoverySettings recoverySettings, Member self, Member... alive) {
            replicas = new SettableMembership(self);
            engine = new Engine(log, gateway, time, new EngineTest.Silent(), settings);
            recovery = new Recovery(engine, log, replicas, time, recoverySettings);
            replicas.become(alive);
            recovery.start();
            log.answerAll();
        }

        void decide(Gtrid gtrid) {
            engine.commit(
                    gtrid,
                    new CommitRequest(
                            List.of(new Branch(NORTH, Inquiring.CAN, new Vote.Prepared("7"))),
                            Duration.ofSeconds(30),
                            CommitRequest.Reply.DECIDED,
                            Duration.ZERO,
                            Map.of()));
            log.answerAll();
            log.writers.put(gtrid, replicas.replicas().self());
        }

        int told() {
            return gateway.told.size();
        }
    }

    @Test
    void whatADeadReplicaDecidedItsNewOwnerFinishesAtOnce() {
        Running a = new Running(A, A, B);
        Running b = new Running(B, A, B);
        Gtrid gtrid = ownedBy(A, b.replicas);
        a.decide(gtrid);

        b.replicas.become(B);
        log.answerAll();

        assertThat(b.gateway.told).containsExactly(new RecordingGateway.Told(NORTH, Decision.COMMIT));
        b.gateway.acknowledgeAll();
        assertThat(log.unfinished).isEmpty();
    }

    @Test
    void aReplicaThatDoesNotOwnItLeavesItToTheOther() {
        Running a = new Running(A, A, B);
        Running b = new Running(B, A, B);
        Gtrid gtrid = ownedBy(A, b.replicas);
        a.decide(gtrid);

        sweeps(3);

        assertThat(b.told()).isZero();
    }

    @Test
    void afterTheHandOverTheOwnerFinishesWhatAnotherDecidedAndThatOneStops() {
        Running a = new Running(A, A, B, C);
        Running b = new Running(B, A, B, C);
        Gtrid gtrid = ownedBy(A, b.replicas, C);
        b.decide(gtrid);
        sweeps(1);
        assertThat(a.told()).as("fresh: it is left to the one that decided it").isZero();
        assertThat(b.told()).isEqualTo(1);

        log.age = SETTINGS.handOver();
        sweeps(6);

        assertThat(a.told()).isEqualTo(1);
        assertThat(b.engine.deliveringCount()).as("it tries no longer").isZero();
        assertThat(b.gateway.open).isEmpty();
        a.gateway.acknowledgeAll();
        assertThat(log.unfinished).isEmpty();
    }

    @Test
    void whatTheSameReplicaDecidedBeforeItsRestartItTakesUpAgain() {
        Running before = new Running(A, A);
        Gtrid gtrid = Gtrid.mint(1, 1, 1);
        before.decide(gtrid);

        Running after = new Running(A_AGAIN, A_AGAIN);

        assertThat(after.told()).isEqualTo(1);
    }

    @Test
    void theFirstReplicaToStartFinishesWhatIsUnfinishedBeforeItServes() {
        Running before = new Running(A, A);
        Gtrid gtrid = Gtrid.mint(1, 1, 1);
        before.decide(gtrid);

        Running after = new Running(joining(A_AGAIN), joining(A_AGAIN));

        assertThat(after.gateway.told).containsExactly(new RecordingGateway.Told(NORTH, Decision.COMMIT));
        after.replicas.become(A_AGAIN);
        log.answerAll();
        assertThat(after.told()).as("told once").isEqualTo(1);
    }

    @Test
    void ofReplicasThatStartOneAfterTheOtherTheFirstFinishesWhatIsUnfinished() {
        Running before = new Running(A, A);
        before.decide(Gtrid.mint(1, 1, 1));

        Running c = new Running(joining(C), joining(C));
        Running b = new Running(joining(B), joining(B), joining(C));
        Running a = new Running(joining(A_AGAIN), joining(A_AGAIN), joining(B), joining(C));

        assertThat(c.told()).isEqualTo(1);
        assertThat(b.told() + a.told()).isZero();
    }

    @Test
    void aReplicaThatJoinsLeavesItToThoseThatServe() {
        Running a = new Running(A, A);
        Gtrid gtrid = Gtrid.mint(1, 1, 1);
        a.decide(gtrid);
        log.writers.remove(gtrid);

        Running b = new Running(joining(B), A, joining(B));

        assertThat(b.told()).isZero();
    }

    @Test
    void aReplicaThatLeavesLastTakesNothingUp() {
        Running before = new Running(A, A);
        before.decide(Gtrid.mint(1, 1, 1));
        Member leaving = new Member(B.id(), B.incarnation(), B.url(), Duty.LEAVING);

        Running b = new Running(leaving, leaving);

        assertThat(b.told()).isZero();
    }

    @Test
    void aReplicaThatWakesUpLateGivesBackWhatIsAnothersByNow() {
        Running zombie = new Running(A, A, B);
        Gtrid gtrid = ownedBy(A, zombie.replicas);
        zombie.decide(gtrid);
        Running b = new Running(B, B);
        assertThat(b.told()).as("for b the zombie is gone").isEqualTo(1);

        time.advance(SETTINGS.handOver());
        zombie.replicas.become(B);
        sweeps(2);

        assertThat(zombie.engine.deliveringCount()).isZero();
    }

    @Test
    void twoReplicasThatDisagreeDeliverTwiceAtTheMost() {
        Running a = new Running(A, A);
        Running b = new Running(B, B);
        Gtrid gtrid = Gtrid.mint(1, 1, 1);
        a.decide(gtrid);
        log.age = SETTINGS.handOver();

        sweeps(10);

        assertThat(a.told() + b.told()).isEqualTo(2);
        a.gateway.acknowledgeAll();
        sweeps(6);
        assertThat(b.engine.deliveringCount())
                .as("b sees that another has finished it")
                .isZero();
    }

    @Test
    void whatTheOwnerDoesNotFinishForLongTheNextOneTriesTooAndNobodyElse() {
        Running a = new Running(A, A, B, C);
        Running b = new Running(B, A, B, C);
        Running c = new Running(C, A, B, C);
        Gtrid gtrid = ownedBy(A, a.replicas, B);
        a.decide(gtrid);

        log.age = SETTINGS.backUpAfter().minusMillis(1);
        sweeps(2);
        assertThat(b.told()).isZero();
        log.age = SETTINGS.backUpAfter();
        sweeps(20);

        assertThat(a.told()).isEqualTo(1);
        assertThat(b.told()).isEqualTo(1);
        assertThat(c.told()).isZero();
        b.gateway.acknowledgeAll();
        sweeps(2);
        assertThat(a.engine.deliveringCount()).isZero();
    }

    @Test
    void whatSomebodyWaitsForIsNotLetGo() {
        Running b = new Running(B, A, B);
        Gtrid gtrid = ownedBy(A, b.replicas);
        b.engine.commit(
                gtrid,
                new CommitRequest(
                        List.of(new Branch(NORTH, Inquiring.CAN, new Vote.Prepared("7"))),
                        Duration.ofSeconds(30),
                        CommitRequest.Reply.APPLIED,
                        Duration.ofSeconds(20),
                        Map.of()));
        log.answerAll();

        sweeps(2);

        assertThat(b.engine.deliveringCount()).isEqualTo(1);
    }

    @Test
    void aFullReplicaFindsOutWhatOthersHaveFinishedAndTakesUpTheNext() {
        Running before = new Running(A, A);
        Gtrid stuck = Gtrid.mint(1, 1, 1);
        Gtrid waiting = Gtrid.mint(1, 1, 2);
        before.decide(stuck);
        before.decide(waiting);
        Running after = new Running(roomFor(1), A_AGAIN, A_AGAIN);
        sweeps(2);
        assertThat(after.recovery.hasBegun()).isTrue();
        Gtrid taken = after.engine.delivering().iterator().next();
        log.unfinished.remove(taken); // by another replica
        time.advance(SETTINGS.handOver());
        sweeps(3);

        assertThat(after.engine.delivering()).doesNotContain(taken).hasSize(1);
    }

    @Test
    void moreThanMemoryHasRoomForIsTakenUpAsFastAsItIsDelivered() {
        Running before = new Running(A, A);
        for (int i = 0; i < 60; i++) {
            before.decide(Gtrid.mint(1, 1, i));
        }

        Running after = new Running(roomFor(1), inPagesOf(1), A_AGAIN, A_AGAIN);

        for (int told = 1; told <= 60; told++) {
            assertThat(after.told()).isEqualTo(told);
            after.gateway.acknowledgeAll();
            time.advance(Recovery.ROOM_PAUSE);
            log.answerAll();
        }
        assertThat(log.unfinished).isEmpty();
    }

    /** To read a page takes a while, and to read only some of it much less. */
    @Test
    void theFirstAreTakenUpBeforeAPageOfOthersIsRead() {
        Running before = new Running(A, A);
        for (int i = 0; i < 100; i++) {
            before.decide(Gtrid.mint(1, 1, i));
        }
        before.recovery.close();
        Running after = new Running(joining(A_AGAIN), joining(C));
        after.replicas.become(joining(A_AGAIN));
        log.answerOne(); // intents
        log.answerOne();

        assertThat(after.told()).isBetween(1, 64);
        log.answerAll();
        assertThat(after.told()).isEqualTo(100);
    }

    /** Where what is first in the log is stuck, what comes after it does not wait for room for a whole page. */
    @Test
    void whatIsFirstAndStuckDoesNotKeepTheNextPageFromBeingRead() {
        Running before = new Running(A, A);
        for (int i = 0; i < 120; i++) {
            before.decide(Gtrid.mint(1, 1, i));
        }
        before.recovery.close();
        Running after = new Running(roomFor(100), joining(A_AGAIN), joining(A_AGAIN));

        assertThat(after.told()).isGreaterThan(64);
    }

    @Test
    void hasBegunOnceTheLogHasTold() {
        log.available = false;
        Running a = new Running(A, A);
        assertThat(a.recovery.hasBegun()).isFalse();
        log.available = true;
        sweeps(1);
        assertThat(a.recovery.hasBegun()).isTrue();
    }

    @Test
    void whatCannotBeDeliveredHoldsUpTheSweepForNoLongerThanTheInterval() {
        Running before = new Running(A, A);
        for (int i = 0; i < 3; i++) {
            before.decide(Gtrid.mint(1, 1, i));
        }
        Running after = new Running(roomFor(1), inPagesOf(1), A_AGAIN, A_AGAIN);
        Gtrid stuck = after.engine.delivering().iterator().next();
        log.unfinished.remove(stuck); // by another replica
        time.advance(SETTINGS.handOver());
        sweeps(3);

        assertThat(after.engine.delivering()).doesNotContain(stuck).hasSize(1);
    }

    /** The new ring counts at once, not only once the sweep has seen all that is nobody's business here. */
    @Test
    void aSweepThatIsUnderWayGoesOnWithTheReplicasAsTheyAreNow() {
        Running before = new Running(A, A);
        for (int i = 0; i < 9; i++) {
            before.decide(Gtrid.mint(1, 1, i));
        }
        before.recovery.close();
        Running b = new Running(EngineSettings.defaults(), inPagesOf(1), B, A, B);
        log.age = SETTINGS.handOver();
        List<Gtrid> others = log.unfinished.stream()
                .filter(gtrid -> !b.replicas.replicas().isOwn(gtrid))
                .toList();
        assertThat(others).as("some behind the first pages").anyMatch(gtrid -> behind(gtrid, 3));
        time.advance(SETTINGS.interval());
        log.answerOne(); // intents
        log.answerOne(); // the first page
        b.replicas.become(B);
        log.answerOne(); // the page that was asked for before
        for (int page = 3; page <= 9; page++) {
            log.answerOne();
        }
        assertThat(b.engine.delivering())
                .containsAll(others.stream().filter(gtrid -> behind(gtrid, 3)).toList());
        log.answerAll();
        time.advance(Duration.ZERO);
        log.answerAll();
        assertThat(b.told()).isEqualTo(9);
    }

    @Test
    void aReplicaThatLeavesTakesNothingUp() {
        Running a = new Running(A, A, B);
        Gtrid gtrid = ownedBy(A, a.replicas);
        a.decide(gtrid);
        Running leaving = new Running(B);

        sweeps(2);

        assertThat(leaving.told()).isZero();
    }

    private boolean behind(Gtrid gtrid, int count) {
        return log.unfinished.headSet(gtrid).size() >= count;
    }

    private static EngineSettings roomFor(int delivering) {
        EngineSettings d = EngineSettings.defaults();
        return new EngineSettings(
                d.undecidedMax(),
                delivering,
                d.branchesMax(),
                d.votePatience(),
                d.decisionPatience(),
                d.appliedWaitMax());
    }

    private static RecoverySettings inPagesOf(int page) {
        return new RecoverySettings(SETTINGS.interval(), page, SETTINGS.handOver(), SETTINGS.backUpAfter());
    }

    private void sweeps(int count) {
        for (int i = 0; i < count; i++) {
            time.advance(SETTINGS.interval());
            log.answerAll();
        }
    }

    /** @param next who comes after the owner */
    private static Gtrid ownedBy(Member owner, Membership as, Member next) {
        return Stream.iterate(1L, i -> i + 1)
                .map(i -> Gtrid.mint(1, 1, i))
                .filter(g -> as.replicas()
                        .ring()
                        .orElseThrow()
                        .order(g.value())
                        .subList(0, 2)
                        .equals(List.of(owner.id(), next.id())))
                .findFirst()
                .orElseThrow();
    }

    private static Gtrid ownedBy(Member owner, Membership as) {
        return Stream.iterate(1L, i -> i + 1)
                .map(i -> Gtrid.mint(1, 1, i))
                .filter(g -> as.replicas().owner(g).orElseThrow().id().equals(owner.id()))
                .findFirst()
                .orElseThrow();
    }

    private static Member joining(Member serving) {
        return new Member(serving.id(), serving.incarnation(), serving.url(), Duty.JOINING);
    }
}
