package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.GatewaySettings.Bounds;
import io.assent.coordinator.adapter.participant.GatewaySettings.Pauses;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.assent.coordinator.adapter.participant.Pending.Kind;
import io.assent.coordinator.engine.ManualScheduler;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The rules of one lane without time and network: whose turn it is, and when to try again. */
class LaneRulesTest {

    private static final ParticipantUrl BANK = new ParticipantUrl("http://127.0.0.1:8081/assent");
    private static final Pauses PAUSES = new Pauses(Duration.ofNanos(50), Duration.ofNanos(10_000));
    private static final BackOff LONGEST = new BackOff(PAUSES, LongUnaryOperator.identity());

    private final Outbox outbox = new Outbox(100);
    private long sequence;

    @Test
    void pausesDoubleUpToTheBound() {
        assertThat(List.of(1, 2, 3, 8, 9, 1000, Integer.MAX_VALUE).stream().map(LONGEST::nanosAfter))
                .containsExactly(50L, 100L, 200L, 6400L, 10_000L, 10_000L, 10_000L);
    }

    @Test
    void jitterIsFull() {
        assertThat(new BackOff(PAUSES, bound -> 0).nanosAfter(9)).isZero();
    }

    @Test
    void votesAndDeliveriesTakeTurns() {
        for (int i = 0; i < 6; i++) {
            add(Kind.DELIVERY);
        }
        add(Kind.VOTE);
        add(Kind.VOTE);
        assertThat(kinds(outbox.take(5)))
                .containsExactly(Kind.VOTE, Kind.DELIVERY, Kind.VOTE, Kind.DELIVERY, Kind.DELIVERY);
        assertThat(kinds(outbox.take(5))).containsExactly(Kind.DELIVERY, Kind.DELIVERY, Kind.DELIVERY);
        assertThat(outbox.take(5)).isEmpty();
    }

    @Test
    void firstComeFirstServed() {
        List<Pending> three = List.of(add(Kind.VOTE), add(Kind.VOTE), add(Kind.VOTE));
        assertThat(outbox.take(2)).containsExactly(three.get(0), three.get(1));
        outbox.waitAgain(three.get(0));
        assertThat(outbox.take(2)).containsExactly(three.get(2), three.get(0));
    }

    @Test
    void batchNamesABranchOnce() {
        Gtrid gtrid = Gtrid.mint();
        Bqual bqual = Bqual.mint();
        Pending vote = add(gtrid, bqual, Kind.VOTE);
        Pending delivery = add(gtrid, bqual, Kind.DELIVERY);
        assertThat(outbox.take(10)).containsExactly(vote);
        assertThat(outbox.take(10)).containsExactly(delivery);
    }

    @Test
    void suspectedOnesTravelInHalfTheCompany() {
        List<Pending> four = List.of(add(Kind.VOTE), add(Kind.VOTE), add(Kind.VOTE), add(Kind.VOTE));
        outbox.take(4).forEach(p -> {
            p.travelInHalf(4);
            outbox.waitAgain(p);
        });
        assertThat(outbox.take(4)).containsExactly(four.get(0), four.get(1));
        four.get(2).travelFreely();
        four.get(3).travelFreely();
        assertThat(outbox.take(4)).containsExactly(four.get(2), four.get(3));
    }

    @Test
    void outageEndsThePausesThatItMayHaveCaused() {
        Pending once = add(Kind.VOTE);
        Pending often = add(Kind.VOTE);
        outbox.take(2);
        once.setBack();
        often.setBack();
        often.setBack();
        often.setBack();
        outbox.pause(once, 1000);
        outbox.pause(often, 1000);
        outbox.wakeAfterOutage(2);
        assertThat(outbox.take(2)).containsExactly(once);
        outbox.wake(999);
        assertThat(outbox.take(2)).isEmpty();
        outbox.wake(1000);
        assertThat(outbox.take(2)).containsExactly(often);
    }

    @Test
    void openCircuitLetsOneProbeThroughWhenItIsDue() {
        Circuit circuit = new Circuit(LONGEST);
        circuit.failed(circuit.sent(), 1000);
        assertThat(circuit.allows(1049)).isFalse();
        assertThat(circuit.allows(1050)).isTrue();
        int probe = circuit.sent();
        assertThat(circuit.allows(5000)).isFalse();
        circuit.failed(probe, 2000);
        assertThat(circuit.allows(2099)).isFalse();
        assertThat(circuit.allows(2100)).isTrue();
    }

    @Test
    void circuitClosesOnAnyAnswerAtOnce() {
        Circuit circuit = new Circuit(LONGEST);
        int first = circuit.sent();
        int second = circuit.sent();
        circuit.failed(first, 1000);
        assertThat(circuit.answered(second)).isEqualTo(1);
        assertThat(circuit.allows(1000)).isTrue();
        assertThat(circuit.isOpen()).isFalse();
    }

    @Test
    void whoHasSettledDeliveriesInTimeIsPrompt() {
        OwedReplies owed = new OwedReplies(Duration.ofNanos(20));
        assertThat(owed.arePrompt(0)).as("never replied").isFalse();

        owed.sent(100);
        owed.settled(100, 119);
        assertThat(owed.arePrompt(1_000_000)).isTrue();

        owed.sent(200);
        owed.settled(200, 220);
        assertThat(owed.arePrompt(220)).as("after a late reply").isFalse();

        owed.sent(300);
        owed.settled(300, 301);
        owed.sent(400);
        owed.unsettled(400);
        assertThat(owed.arePrompt(401)).as("after none").isFalse();
        assertThat(owed.count()).isZero();
    }

    @Test
    void votesSayNothingOfDeliveries() {
        OwedReplies owed = new OwedReplies(Duration.ofNanos(20));
        owed.sent(100);
        owed.ended(100);
        assertThat(owed.arePrompt(101)).isFalse();

        owed.sent(200);
        owed.settled(200, 201);
        owed.sent(300);
        owed.ended(300);
        assertThat(owed.arePrompt(10_000)).isTrue();
    }

    @Test
    void whoOwesAnyReplyForTooLongIsNotPrompt() {
        OwedReplies owed = new OwedReplies(Duration.ofNanos(20));
        owed.sent(100);
        owed.settled(100, 101);

        owed.sent(200);
        owed.sent(215);
        assertThat(owed.arePrompt(219)).isTrue();
        assertThat(owed.arePrompt(220)).isFalse();

        owed.settled(215, 230);
        assertThat(owed.count()).isEqualTo(1);
        assertThat(owed.arePrompt(230)).as("the first is still owed").isFalse();
        owed.settled(200, 219);
        assertThat(owed.arePrompt(230)).isTrue();
    }

    @Test
    void nobodyIsPromptWhereNothingIsHeld() {
        OwedReplies owed = new OwedReplies(Duration.ZERO);
        owed.sent(100);
        owed.settled(100, 100);
        assertThat(owed.arePrompt(100)).isFalse();
    }

    @Test
    void requestsThatFailTogetherAreOneFailure() {
        Circuit circuit = new Circuit(LONGEST);
        int first = circuit.sent();
        int second = circuit.sent();
        circuit.failed(first, 1000);
        circuit.failed(second, 1000);
        assertThat(circuit.failures()).isEqualTo(1);
    }

    @Test
    void hurryShortensThePauseButNotBelowTheShortest() {
        Circuit circuit = new Circuit(LONGEST);
        for (int i = 0; i < 8; i++) {
            circuit.failed(circuit.sent(), 1000);
        }
        assertThat(circuit.dueNanos()).isEqualTo(1000 + 6400);
        circuit.hurry();
        assertThat(circuit.allows(1049)).isFalse();
        assertThat(circuit.allows(1050)).isTrue();
    }

    @Test
    void theTimerIsForWhateverIsDueFirst() {
        ManualScheduler time = new ManualScheduler();
        Circuit circuit = new Circuit(LONGEST);
        RetrySchedule retries = new RetrySchedule(outbox, circuit, time);
        AtomicInteger woken = new AtomicInteger();
        circuit.failed(circuit.sent(), 0);
        retries.arm(0, woken::incrementAndGet);
        assertThat(time.pending()).as("timers while nothing waits").isZero();

        add(Kind.VOTE);
        add(Kind.VOTE);
        outbox.take(1).forEach(p -> outbox.pause(p, 40));
        retries.arm(0, woken::incrementAndGet);
        time.advance(Duration.ofNanos(39));
        assertThat(woken).hasValue(0);
        time.advance(Duration.ofNanos(1));
        assertThat(woken).as("by the end of the pause").hasValue(1);

        outbox.wake(40);
        retries.arm(40, woken::incrementAndGet);
        time.advance(Duration.ofNanos(10));
        assertThat(woken).as("by the probe").hasValue(2);
    }

    @Test
    void noTimerIsForAProbeWhileOneIsUnderWay() {
        ManualScheduler time = new ManualScheduler();
        Circuit circuit = new Circuit(LONGEST);
        RetrySchedule retries = new RetrySchedule(outbox, circuit, time);
        add(Kind.VOTE);
        circuit.failed(circuit.sent(), 0);
        retries.arm(0, () -> {});
        assertThat(time.pending()).isEqualTo(1);

        int probe = circuit.sent();
        retries.arm(60, () -> {});
        assertThat(time.pending()).isZero();

        circuit.failed(probe, 60);
        retries.arm(60, () -> {});
        assertThat(time.pending()).isEqualTo(1);
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> new Bounds(0, 1, 1, 1, 1, 1))
                .hasMessage("participants-max '0' must be 1 to 2147483647");
        assertThatThrownBy(() -> new Bounds(1, 1, 1, 1001, 1, 1)).hasMessage("batch-max '1001' must be 1 to 1000");
        assertThatThrownBy(() -> new Timeouts(
                        Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("connect-timeout");
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Timeouts(second, second, second, second, second.plusMillis(1)))
                .hasMessage("prompt-max 'PT1.001S' must not be above request-timeout 'PT1S'");
        assertThatThrownBy(() -> new Timeouts(second, second, second, second, second.negated()))
                .hasMessageContaining("prompt-max");
        assertThatThrownBy(() -> new Pauses(Duration.ofMillis(2), Duration.ofMillis(1)))
                .hasMessageContaining("back-off-max");
        assertThat(GatewaySettings.defaults().bounds().queueMax()).isEqualTo(10_000);
    }

    private Pending add(Kind kind) {
        return add(Gtrid.mint(), Bqual.mint(), kind);
    }

    private Pending add(Gtrid gtrid, Bqual bqual, Kind kind) {
        ListedBranch branch = new ListedBranch(new BranchId(BANK, bqual), Inquiring.CAN, PhaseTwo.TOLD, "");
        Purpose purpose = switch (kind) {
            case VOTE -> new Purpose.Asking(vote -> {});
            case DELIVERY -> new Purpose.Telling(Decision.COMMIT, delivered -> {});
        };
        Pending pending = new Pending(new Pending.Key(gtrid, bqual, kind), branch, purpose, sequence++);
        outbox.add(pending);
        return pending;
    }

    private static List<Kind> kinds(List<Pending> batch) {
        return batch.stream().map(p -> p.key().kind()).toList();
    }
}
