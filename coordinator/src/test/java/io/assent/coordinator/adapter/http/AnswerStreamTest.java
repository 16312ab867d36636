package io.assent.coordinator.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.coordinator.engine.ManualScheduler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** When the other side hears of a decision. */
class AnswerStreamTest {

    private static final Duration SOON = Duration.ofMillis(20);

    private final ManualScheduler time = new ManualScheduler();
    private final Reader reader = new Reader();

    @Test
    void aDecisionWithoutAnAnswerInSightIsSignedAtOnce() {
        AnswerStream answers = stream(2);
        answers.decided(Duration.ZERO);
        answers.decided(Duration.ZERO);
        assertThat(reader.read).hasToString("\n");
    }

    @Test
    void anAnswerThatIsExpectedSoonIsTheSign() {
        AnswerStream answers = stream(2);
        answers.decided(SOON);
        answers.decided(SOON);
        assertThat(reader.read).isEmpty();
        assertThat(time.pending()).as("timers for all of a stream").isEqualTo(1);

        answer(answers, "one");
        assertThat(time.pending()).as("timers left behind").isZero();
        answers.decided(Duration.ZERO);
        answers.decided(SOON);
        answer(answers, "two");
        time.advance(SOON);

        assertThat(reader.read).hasToString("one\ntwo\n");
        assertThat(reader.complete).isTrue();
        assertThat(time.pending()).isZero();
    }

    @Test
    void anAnswerThatDoesNotComeAsExpectedIsNotWaitedFor() {
        AnswerStream answers = stream(1);
        answers.decided(SOON);
        time.advance(SOON.minusNanos(1));
        assertThat(reader.read).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(reader.read).hasToString("\n");
    }

    @Test
    void oneThatMayTakeLongIsSignedAtOnceThoughAnotherIsExpectedSoon() {
        AnswerStream answers = stream(2);
        answers.decided(SOON);
        answers.decided(Duration.ZERO);
        assertThat(reader.read).hasToString("\n");
        time.advance(SOON);
        assertThat(reader.read).hasToString("\n");
    }

    @Test
    void behindALargeBatchNobodyIsHeld() {
        AnswerStream answers = stream(AnswerStream.LARGE_MIN);
        answers.decided(SOON);
        assertThat(reader.read).hasToString("\n");
    }

    @Test
    void behindASmallerOneSomebodyIs() {
        stream(AnswerStream.LARGE_MIN - 1).decided(SOON);
        assertThat(reader.read).isEmpty();
    }

    @Test
    void whoHasHungUpLeavesNoTimerBehind() {
        AnswerStream answers = stream(2);
        answers.decided(SOON);
        answers.cancel();
        answers.decided(SOON);
        assertThat(time.pending()).isZero();
        assertThat(reader.read).isEmpty();
    }

    private AnswerStream stream(int lines) {
        AnswerStream answers = new AnswerStream(lines, time);
        answers.subscribe(reader);
        return answers;
    }

    private static void answer(AnswerStream answers, String line) {
        answers.add((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static final class Reader implements Subscriber<byte[]> {
        private final StringBuilder read = new StringBuilder();
        private boolean complete;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(byte[] piece) {
            read.append(new String(piece, StandardCharsets.UTF_8));
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            complete = true;
        }
    }
}
