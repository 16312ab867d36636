package io.assent.coordinator.adapter.participant;

import static io.assent.api.Decision.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.ManualScheduler;
import io.assent.coordinator.engine.port.ParticipantGateway.Attempts;
import io.assent.coordinator.protocol.ListedBranch;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** A defect of the coordinator's own in taking up a reply must not cut a participant off from all that is decided from then on. */
class LaneDefectsTest extends GatewayFixture {

    private static final ParticipantUrl BANK = new ParticipantUrl("http://127.0.0.1:8081/assent");

    private final ManualScheduler time = new ManualScheduler();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Consumer<List<InstructionResult>>> replies = new ArrayList<>();
    private final List<Runnable> refusals = new ArrayList<>();
    private final List<List<Instruction>> sent = new ArrayList<>();

    /** One request at a time: a place that is not given back is missed at once. */
    private final HttpParticipantGateway gateway = SimulatedWire.gateway(
            (_, instructions, replied, refused) -> {
                sent.add(instructions);
                replies.add(replied);
                refusals.add(refused);
            },
            new GatewaySettings(
                    new GatewaySettings.Bounds(
                            BOUNDS.participantsMax(),
                            BOUNDS.queueMax(),
                            1,
                            BOUNDS.batchMax(),
                            BOUNDS.replyBytesMax(),
                            BOUNDS.abortAttemptsMax()),
                    TIMEOUTS,
                    SHORT_PAUSES),
            LOOPBACK,
            time,
            tasks::add,
            LongUnaryOperator.identity());

    @Test
    void whatAReplyThatCanNotBeProcessedIsAboutGoesAgain() {
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(BANK);
        gateway.deliver(gtrid, branch, COMMIT, delivered::add);
        run();

        replies.getFirst().accept(new DefectiveResults());
        run();
        assertThat(delivered).isEmpty();
        assertThat(gateway.attempts(gtrid, branch.id()).map(Attempts::lastError))
                .hasValueSatisfying(error -> assertThat(error).contains("could not be processed"));

        time.advance(SHORT_PAUSES.max());
        run();
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1)).isEqualTo(sent.get(0));
        commit(1);
        assertThat(delivered).containsExactly(applied());
    }

    @Test
    void aProbeWhoseReplyCanNotBeProcessedIsNotTheLast() {
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(BANK);
        gateway.deliver(gtrid, branch, COMMIT, delivered::add);
        run();
        refusals.getFirst().run();
        run();

        time.advance(SHORT_PAUSES.max());
        run();
        assertThat(sent).as("the probe").hasSize(2);
        replies.get(1).accept(new DefectiveResults());
        run();
        assertThat(gateway.attempts(gtrid, branch.id()).flatMap(Attempts::silentSince))
                .as("it counts for silent still")
                .isPresent();

        time.advance(SHORT_PAUSES.max());
        run();
        assertThat(sent).as("the next probe").hasSize(3);
        commit(2);
        assertThat(delivered).containsExactly(applied());
    }

    @Test
    void whoeverSpoilsEveryReplyIsAloneInTheEnd() {
        gateway.deliver(gtrid(), branch(BANK), COMMIT, delivered::add);
        gateway.deliver(gtrid(), branch(BANK), COMMIT, delivered::add);
        run();
        assertThat(sent.getFirst()).hasSize(2);
        replies.getFirst().accept(new DefectiveResults());
        run();

        time.advance(SHORT_PAUSES.max());
        run();
        commit(1);
        commit(2);
        assertThat(sent).extracting(List::size).containsExactly(2, 1, 1);
        assertThat(delivered).containsExactly(applied(), applied());
    }

    @Test
    void anErrorIsNotLeftToTheEventLoop() {
        BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
        Error error = new StackOverflowError("of a test");
        TestParticipant bank = closing(TestParticipant.obedient());
        gateway().deliver(gtrid(), branch(bank.url()), COMMIT, _ -> {
            Thread loop = Thread.currentThread();
            Thread.UncaughtExceptionHandler before = loop.getUncaughtExceptionHandler();
            loop.setUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
            // The loop serves other tests too: in its next turn all is as before.
            LOOPS.group().next().execute(() -> loop.setUncaughtExceptionHandler(before));
            throw error;
        });
        assertThat(next(uncaught)).isSameAs(error);
    }

    private void commit(int request) {
        replies.get(request)
                .accept(sent.get(request).stream()
                        .map(instruction -> InstructionResult.of(instruction, Result.COMMITTED))
                        .toList());
        run();
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static final class DefectiveResults extends AbstractList<InstructionResult> {
        @Override
        public InstructionResult get(int index) {
            throw new IllegalStateException("a defect");
        }

        @Override
        public int size() {
            return 1;
        }
    }
}
