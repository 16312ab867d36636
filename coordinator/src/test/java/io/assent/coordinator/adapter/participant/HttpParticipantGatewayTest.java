package io.assent.coordinator.adapter.participant;

import static io.assent.api.Decision.ABORT;
import static io.assent.api.Decision.COMMIT;
import static io.assent.coordinator.engine.port.ParticipantGateway.Offer.QUEUE_FULL;
import static io.assent.coordinator.engine.port.ParticipantGateway.Offer.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.Vote;
import io.assent.coordinator.adapter.participant.GatewaySettings.Bounds;
import io.assent.coordinator.adapter.participant.GatewaySettings.Pauses;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.assent.coordinator.engine.port.ParticipantGateway.Delivered;
import io.assent.coordinator.protocol.Acknowledgement.Heuristic;
import io.assent.coordinator.protocol.Acknowledgement.Kind;
import io.assent.coordinator.protocol.ListedBranch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What reaches a participant, in which company, and what its answers mean. */
class HttpParticipantGatewayTest extends GatewayFixture {

    @Test
    void passesOnAYesWithItsEvidence() {
        TestParticipant bank = participant((exchange, instructions) -> TestParticipant.results(
                exchange, List.of(InstructionResult.ofVote(instructions.getFirst(), new Vote.Prepared("4711")))));
        gateway().askVote(gtrid(), branch(bank.url()), votes::add);
        assertThat(next(votes)).isEqualTo(new Vote.Prepared("4711"));
        assertThat(bank.requests().getFirst().getFirst().action()).isEqualTo(Action.PREPARE);
    }

    @Test
    void passesOnANoWithItsReason() {
        TestParticipant bank = participant(TestParticipant.always(Result.NO, "insufficient\u0000funds"));
        gateway().askVote(gtrid(), branch(bank.url()), votes::add);
        assertThat(next(votes)).isEqualTo(new Vote.No("insufficient?funds"));
    }

    @Test
    void passesOnReadOnly() {
        TestParticipant bank = participant(TestParticipant.always(Result.READ_ONLY, ""));
        gateway().askVote(gtrid(), branch(bank.url()), votes::add);
        assertThat(next(votes)).isEqualTo(new Vote.ReadOnly());
    }

    @Test
    void evidenceGoesWithCommitAndRollback() {
        TestParticipant bank = closing(TestParticipant.obedient());
        HttpParticipantGateway gateway = gateway();
        for (Decision decision : Decision.values()) {
            gateway.deliver(gtrid(), branch(bank.url()), decision, delivered::add);
            assertThat(next(delivered)).isEqualTo(applied());
        }
        assertThat(bank.requests().stream().flatMap(List::stream))
                .extracting(Instruction::action, Instruction::evidence)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Action.COMMIT, "7612"),
                        org.assertj.core.groups.Tuple.tuple(Action.ROLLBACK, "7612"));
    }

    @Test
    void heuristicResultsAreAcknowledgementsOfTheirKind() {
        assertThat(heuristic(COMMIT, Result.HEURISTIC_ROLLBACK)).isEqualTo(Kind.HEURISTIC_ROLLBACK);
        assertThat(heuristic(COMMIT, Result.HEURISTIC_HAZARD)).isEqualTo(Kind.HEURISTIC_HAZARD);
        assertThat(heuristic(ABORT, Result.HEURISTIC_COMMIT)).isEqualTo(Kind.HEURISTIC_COMMIT);
        assertThat(heuristic(ABORT, Result.HEURISTIC_HAZARD)).isEqualTo(Kind.HEURISTIC_HAZARD);
    }

    private Kind heuristic(Decision decision, Result result) {
        TestParticipant bank = participant(TestParticipant.always(result, "by hand"));
        gateway().deliver(gtrid(), branch(bank.url()), decision, delivered::add);
        if (next(delivered) instanceof Delivered.Acknowledged(Heuristic(Kind kind, String detail))) {
            assertThat(detail).isEqualTo("by hand");
            return kind;
        }
        throw new AssertionError("no heuristic acknowledgement");
    }

    @Test
    void whatQueuesWhileRequestsAreInFlightTravelsTogether() {
        CountDownLatch held = hold();
        TestParticipant bank = participant((exchange, instructions) -> {
            await(held);
            TestParticipant.obey(exchange, instructions);
        });
        HttpParticipantGateway gateway = gateway();
        deliver(gateway, bank, 1);
        await("the first request", () -> bank.requests().size() == 1);
        deliver(gateway, bank, 1);
        await("the second request", () -> bank.requests().size() == 2);
        deliver(gateway, bank, 250);
        held.countDown();
        for (int i = 0; i < 252; i++) {
            assertThat(next(delivered)).isEqualTo(applied());
        }
        assertThat(bank.requests()).extracting(List::size).containsExactlyInAnyOrder(1, 1, 200, 50);
        assertThat(bank.inFlightMost()).isEqualTo(2);
    }

    @Test
    void slowParticipantDelaysNoOther() {
        CountDownLatch held = hold();
        TestParticipant slow = participant((exchange, instructions) -> {
            await(held);
            TestParticipant.obey(exchange, instructions);
        });
        TestParticipant quick = closing(TestParticipant.obedient());
        HttpParticipantGateway gateway = gateway();
        for (int i = 0; i < 50; i++) {
            gateway.deliver(gtrid(), branch(slow.url()), COMMIT, d -> {});
        }
        await("the slow one to hang", () -> slow.inFlightMost() == 2);
        deliver(gateway, quick, 100);
        for (int i = 0; i < 100; i++) {
            assertThat(next(delivered)).isEqualTo(applied());
        }
        assertThat(gateway.queued()).isEqualTo(50);
    }

    @Test
    void retryIsAskedAgainAndDelaysNoOther() {
        Gtrid busy = gtrid();
        AtomicInteger retries = new AtomicInteger();
        TestParticipant bank = participant((exchange, instructions) -> {
            List<InstructionResult> results = new ArrayList<>();
            for (Instruction i : instructions) {
                boolean again = i.gtrid().equals(busy) && retries.incrementAndGet() <= 3;
                results.add(InstructionResult.because(
                        i, again ? Result.RETRY : TestParticipant.obedience(i), again ? "busy" : ""));
            }
            TestParticipant.results(exchange, results);
        });
        HttpParticipantGateway gateway = gateway();
        gateway.askVote(busy, branch(bank.url()), votes::add);
        deliver(gateway, bank, 10);
        for (int i = 0; i < 10; i++) {
            assertThat(next(delivered)).isEqualTo(applied());
        }
        assertThat(next(votes)).isEqualTo(new Vote.Prepared(""));
        assertThat(retries).hasValue(4);
        assertThat(gateway.participantsInBackOff()).isZero();
    }

    @Test
    void statusSaysWhyAndWhenNext() {
        TestParticipant bank = participant(TestParticipant.always(Result.RETRY, "database down"));
        HttpParticipantGateway gateway = gateway(new GatewaySettings(BOUNDS, TIMEOUTS, new Pauses(FOR_EVER, FOR_EVER)));
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(bank.url());
        gateway.deliver(gtrid, branch, COMMIT, delivered::add);
        await(
                "a failed attempt",
                () -> gateway.attempts(gtrid, branch.id()).orElseThrow().count() == 1);
        var attempts = gateway.attempts(gtrid, branch.id()).orElseThrow();
        assertThat(attempts.lastError()).isEqualTo("participant answered RETRY: database down");
        assertThat(attempts.nextAt()).isPresent();
        assertThat(gateway.attempts(gtrid(), branch.id())).isEmpty();
    }

    @Test
    void deliveringAgainTriesAtOnceAndAnswersTheNewConsumer() {
        AtomicInteger calls = new AtomicInteger();
        TestParticipant bank = participant((exchange, instructions) -> {
            if (calls.incrementAndGet() == 1) {
                TestParticipant.always(Result.RETRY, "").answer(exchange, instructions);
            } else {
                TestParticipant.obey(exchange, instructions);
            }
        });
        HttpParticipantGateway gateway = gateway(new GatewaySettings(BOUNDS, TIMEOUTS, new Pauses(FOR_EVER, FOR_EVER)));
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(bank.url());
        BlockingQueue<Delivered> replaced = new LinkedBlockingQueue<>();
        gateway.deliver(gtrid, branch, COMMIT, replaced::add);
        await(
                "a failed attempt",
                () -> gateway.attempts(gtrid, branch.id()).orElseThrow().count() == 1);
        assertThat(gateway.deliver(gtrid, branch, COMMIT, delivered::add)).isEqualTo(TAKEN);
        assertThat(next(delivered)).isEqualTo(applied());
        assertThat(replaced).isEmpty();
        assertThat(gateway.queued()).isZero();
    }

    @Test
    void voteThatNobodyWantsIsNotPassedOn() {
        CountDownLatch held = hold();
        TestParticipant bank = participant((exchange, instructions) -> {
            await(held);
            TestParticipant.obey(exchange, instructions);
        });
        HttpParticipantGateway gateway = gateway();
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(bank.url());
        gateway.askVote(gtrid, branch, votes::add);
        await("the request", () -> bank.requests().size() == 1);
        gateway.stopAsking(gtrid, branch.id());
        held.countDown();
        deliver(gateway, bank, 1);
        assertThat(next(delivered)).isEqualTo(applied());
        gateway.close();
        assertThat(votes).isEmpty();
    }

    @Test
    void fullQueueRefusesWithoutForgettingAnything() {
        CountDownLatch held = hold();
        TestParticipant bank = participant((exchange, instructions) -> {
            await(held);
            TestParticipant.obey(exchange, instructions);
        });
        HttpParticipantGateway gateway =
                gateway(new GatewaySettings(new Bounds(1000, 5, 2, 200, 1000, 30), TIMEOUTS, SHORT_PAUSES));
        deliver(gateway, bank, 5);
        assertThat(gateway.deliver(gtrid(), branch(bank.url()), COMMIT, delivered::add))
                .isEqualTo(QUEUE_FULL);
        assertThat(gateway.askVote(gtrid(), branch(bank.url()), votes::add)).isEqualTo(QUEUE_FULL);
        assertThat(gateway.statistics().refused()).isEqualTo(2);
        held.countDown();
        for (int i = 0; i < 5; i++) {
            assertThat(next(delivered)).isEqualTo(applied());
        }
        deliver(gateway, bank, 1);
        assertThat(next(delivered)).isEqualTo(applied());
    }

    @Test
    void idleParticipantMakesRoomForAnother() {
        CountDownLatch held = hold();
        TestParticipant first = participant((exchange, instructions) -> {
            await(held);
            TestParticipant.obey(exchange, instructions);
        });
        TestParticipant second = closing(TestParticipant.obedient());
        HttpParticipantGateway gateway =
                gateway(new GatewaySettings(new Bounds(1, 5, 2, 200, 1000, 30), TIMEOUTS, SHORT_PAUSES));
        deliver(gateway, first, 1);
        assertThat(gateway.deliver(gtrid(), branch(second.url()), COMMIT, delivered::add))
                .isEqualTo(QUEUE_FULL);
        held.countDown();
        assertThat(next(delivered)).isEqualTo(applied());
        deliver(gateway, second, 1);
        assertThat(next(delivered)).isEqualTo(applied());
        deliver(gateway, first, 1);
        assertThat(next(delivered)).isEqualTo(applied());
        assertThat(gateway.participants()).isEqualTo(1);
    }

    @Test
    void crashPointsLieBeforeTheRequestAndAfterItsAnswer() {
        List<String> reached = java.util.Collections.synchronizedList(new ArrayList<>());
        TestParticipant bank = participant((exchange, instructions) -> {
            reached.add("request");
            TestParticipant.obey(exchange, instructions);
        });
        Gtrid gtrid = gtrid();
        HttpParticipantGateway gateway =
                closing(new HttpParticipantGateway(SETTINGS, LOOPBACK, scheduler, LOOPS, (point, id) -> {
                    assertThat(id).isEqualTo(gtrid);
                    reached.add(point);
                }));
        gateway.askVote(gtrid, branch(bank.url()), vote -> reached.add("vote"));
        await("the vote", () -> reached.size() == 4);
        gateway.deliver(gtrid, branch(bank.url()), COMMIT, d -> reached.add("acknowledged"));
        await("the acknowledgement", () -> reached.size() == 8);
        assertThat(reached)
                .containsExactly(
                        "coordinator.prepare.before",
                        "request",
                        "vote",
                        "coordinator.prepare.after",
                        "coordinator.deliver.before",
                        "request",
                        "acknowledged",
                        "coordinator.deliver.after");
    }

    @Test
    void anAnswerIsExpectedSoonOfWhoeverHasJustSettledADelivery() {
        TestParticipant bank = closing(TestParticipant.obedient());
        HttpParticipantGateway gateway = patient(FOR_EVER);
        assertThat(gateway.expectedWithin(bank.url())).as("never asked").isZero();

        gateway.askVote(gtrid(), branch(bank.url()), votes::add);
        assertThat(next(votes)).isNotNull();
        assertThat(gateway.expectedWithin(bank.url())).as("it has voted").isZero();

        deliver(gateway, bank, 1);
        assertThat(next(delivered)).isEqualTo(applied());
        assertThat(gateway.expectedWithin(bank.url())).isEqualTo(FOR_EVER);
    }

    @Test
    void noAnswerIsExpectedSoonOfWhoeverIsToBeAskedAgain() {
        AtomicBoolean busy = new AtomicBoolean();
        TestParticipant bank = participant((exchange, instructions) -> {
            if (busy.get()) {
                TestParticipant.always(Result.RETRY, "no database").answer(exchange, instructions);
            } else {
                TestParticipant.obey(exchange, instructions);
            }
        });
        HttpParticipantGateway gateway = patient(FOR_EVER);
        deliver(gateway, bank, 1);
        assertThat(next(delivered)).isEqualTo(applied());

        busy.set(true);
        deliver(gateway, bank, 1);
        await("its word", () -> gateway.expectedWithin(bank.url()).isZero());
        assertThat(delivered).isEmpty();
    }

    @Test
    void noAnswerIsExpectedSoonOfWhoeverOwesOneForLong() {
        CountDownLatch held = hold();
        AtomicBoolean hangs = new AtomicBoolean();
        TestParticipant bank = hangingOnce(hangs, held);
        HttpParticipantGateway gateway = patient(Duration.ofMillis(500));
        await("a reply that is quick enough", () -> {
            deliver(gateway, bank, 1);
            assertThat(next(delivered)).isEqualTo(applied());
            return !gateway.expectedWithin(bank.url()).isZero();
        });

        hangs.set(true);
        deliver(gateway, bank, 1);
        await("the reply is late", () -> gateway.expectedWithin(bank.url()).isZero());
        assertThat(delivered).isEmpty();
        held.countDown();
    }

    @Test
    void noAnswerIsExpectedSoonOfWhoeverCantBeReached() {
        TestParticipant bank = TestParticipant.obedient();
        HttpParticipantGateway gateway = gateway(new GatewaySettings(
                new Bounds(10, 10, 1, 1, 1000, 1),
                new Timeouts(FOR_EVER, FOR_EVER, FOR_EVER, Duration.ZERO, FOR_EVER),
                SHORT_PAUSES));
        deliver(gateway, bank, 1);
        assertThat(next(delivered)).isEqualTo(applied());
        assertThat(gateway.expectedWithin(bank.url())).isEqualTo(FOR_EVER);
        bank.close();

        gateway.deliver(gtrid(), branch(bank.url()), ABORT, delivered::add);

        assertThat(next(delivered)).as("given up after one attempt").isInstanceOf(Delivered.Abandoned.class);
        assertThat(gateway.expectedWithin(bank.url())).isZero();
    }

    @Test
    void noAnswerIsExpectedSoonWhereMoreWaitsThanARequestTakes() {
        CountDownLatch held = hold();
        AtomicBoolean hangs = new AtomicBoolean();
        TestParticipant bank = hangingOnce(hangs, held);
        HttpParticipantGateway gateway = patient(FOR_EVER);
        deliver(gateway, bank, 1);
        assertThat(next(delivered)).isEqualTo(applied());
        hangs.set(true);
        deliver(gateway, bank, 1);
        await("one is under way", () -> bank.requests().size() == 2);
        deliver(gateway, bank, 1);
        await("two are under way", () -> bank.requests().size() == 3);

        deliver(gateway, bank, Bounds.defaults().batchMax());
        assertThat(gateway.expectedWithin(bank.url())).isEqualTo(FOR_EVER);
        deliver(gateway, bank, 1);
        assertThat(gateway.expectedWithin(bank.url())).isZero();
        held.countDown();
    }

    private TestParticipant hangingOnce(AtomicBoolean hangs, CountDownLatch held) {
        return participant((exchange, instructions) -> {
            if (hangs.get()) {
                await(held);
            }
            TestParticipant.obey(exchange, instructions);
        });
    }

    private HttpParticipantGateway patient(Duration prompt) {
        return gateway(new GatewaySettings(
                Bounds.defaults(), new Timeouts(FOR_EVER, FOR_EVER, FOR_EVER, Duration.ZERO, prompt), SHORT_PAUSES));
    }

    @Test
    void closedGatewayTakesAndSendsNothingAndClosingIsBounded() {
        CountDownLatch held = hold();
        TestParticipant bank = participant((exchange, instructions) -> await(held));
        HttpParticipantGateway gateway = gateway(new GatewaySettings(
                new Bounds(10, 10, 1, 1, 1000, 30),
                new Timeouts(FOR_EVER, FOR_EVER, FOR_EVER, Duration.ofMillis(20), Duration.ZERO),
                SHORT_PAUSES));
        deliver(gateway, bank, 3);
        await("the request", () -> bank.requests().size() == 1);
        long before = System.nanoTime();
        gateway.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE);
        assertThat(gateway.deliver(gtrid(), branch(bank.url()), COMMIT, delivered::add))
                .isEqualTo(QUEUE_FULL);
        held.countDown();
        assertThat(bank.requests()).hasSize(1);
        assertThat(delivered).isEmpty();
    }

    @Test
    void closingWaitsForAnswersUnderWay() {
        CountDownLatch held = hold();
        TestParticipant bank = participant((exchange, instructions) -> {
            await(held);
            TestParticipant.obey(exchange, instructions);
        });
        HttpParticipantGateway gateway = gateway();
        deliver(gateway, bank, 1);
        await("the request", () -> bank.requests().size() == 1);
        Thread closing = Thread.ofVirtual().start(gateway::close);
        held.countDown();
        assertThat(next(delivered)).isEqualTo(applied());
        await("close to return", () -> !closing.isAlive());
    }

    private void deliver(HttpParticipantGateway gateway, TestParticipant to, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(gateway.deliver(gtrid(), branch(to.url()), COMMIT, delivered::add))
                    .isEqualTo(TAKEN);
        }
    }
}
