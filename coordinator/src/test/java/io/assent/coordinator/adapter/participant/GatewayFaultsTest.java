package io.assent.coordinator.adapter.participant;

import static io.assent.api.Decision.ABORT;
import static io.assent.api.Decision.COMMIT;
import static io.assent.coordinator.engine.port.ParticipantGateway.Offer.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.Vote;
import io.assent.coordinator.adapter.participant.GatewaySettings.Bounds;
import io.assent.coordinator.adapter.participant.GatewaySettings.Pauses;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.assent.coordinator.adapter.participant.TestParticipant.Behaviour;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.ParticipantGateway.Delivered;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.ListedBranch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Participants that are away, broken or mischievous: nothing is inferred, and everything is sent again. */
class GatewayFaultsTest extends GatewayFixture {

    private static final Timeouts IMPATIENT = new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofMillis(150),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ZERO);

    @Test
    void everythingThatWaitedGoesAsSoonAsTheParticipantAnswersAgain() {
        TestParticipant gone = TestParticipant.obedient();
        gone.close();
        HttpParticipantGateway gateway = gateway();
        Gtrid gtrid = gtrid();
        ListedBranch watched = branch(gone.url());
        gateway.deliver(gtrid, watched, COMMIT, delivered::add);
        for (int i = 0; i < 500; i++) {
            gateway.deliver(gtrid(), branch(gone.url()), COMMIT, delivered::add);
        }
        await(
                "failures",
                () -> gateway.attempts(gtrid, watched.id()).orElseThrow().count() > 3);
        assertThat(gateway.participantsInBackOff()).isEqualTo(1);
        assertThat(gateway.attempts(gtrid, watched.id()).orElseThrow().lastError())
                .startsWith("no connection");
        TestParticipant back = closing(new TestParticipant(gone.port(), TestParticipant::obey));
        for (int i = 0; i < 501; i++) {
            assertThat(next(delivered)).isEqualTo(applied());
        }
        // The probe takes as much as any request; the rest follows without a pause.
        assertThat(back.requests()).hasSize(3);
        assertThat(gateway.participantsInBackOff()).isZero();
    }

    @Test
    void onlyOneRequestAtATimeProbesAParticipantThatFails() {
        AtomicInteger failures = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);
        TestParticipant bank = participant((exchange, instructions) -> {
            if (failures.incrementAndGet() == 30) {
                enough.countDown();
            }
            TestParticipant.body(exchange, 500, new byte[0]);
        });
        HttpParticipantGateway gateway =
                gateway(new GatewaySettings(new Bounds(10, 1000, 8, 10, 1000, 30), TIMEOUTS, SHORT_PAUSES));
        gateway.deliver(gtrid(), branch(bank.url()), COMMIT, delivered::add);
        await("the first failure", () -> gateway.participantsInBackOff() == 1);
        for (int i = 0; i < 500; i++) {
            gateway.deliver(gtrid(), branch(bank.url()), COMMIT, delivered::add);
        }
        await(enough);
        assertThat(bank.inFlightMost()).isEqualTo(1);
        assertThat(delivered).isEmpty();
    }

    @Test
    void statusOtherThan200IsNoAnswer() {
        assertNoAnswer(
                "HTTP status 500",
                (exchange, instructions) ->
                        TestParticipant.body(exchange, 500, "{\"results\":[]}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void replyThatSaysCommittedWithAnotherStatusIsNoAnswer() {
        assertNoAnswer(
                "HTTP status 202",
                (exchange, instructions) -> TestParticipant.body(
                        exchange,
                        202,
                        io.assent.api.InstructionJson.writeResults(
                                List.of(InstructionResult.of(instructions.getFirst(), Result.COMMITTED)))));
    }

    @Test
    void garbageIsNoAnswer() {
        assertNoAnswer(
                "unreadable reply",
                (exchange, instructions) ->
                        TestParticipant.body(exchange, 200, "<html>welcome</html>".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void emptyReplyIsNoAnswer() {
        assertNoAnswer(
                "unreadable reply", (exchange, instructions) -> TestParticipant.body(exchange, 200, new byte[0]));
    }

    @Test
    void missingResultIsNoAnswer() {
        assertNoAnswer(
                "the reply has no result for it",
                (exchange, instructions) -> TestParticipant.results(exchange, List.of()));
    }

    @Test
    void resultForAnotherBranchIsNoAnswer() {
        assertNoAnswer("the reply has no result for it", (exchange, instructions) -> {
            Instruction i = instructions.getFirst();
            TestParticipant.results(
                    exchange,
                    List.of(
                            new InstructionResult(gtrid(), i.bqual(), Result.COMMITTED, "", ""),
                            new InstructionResult(i.gtrid(), io.assent.api.Bqual.mint(), Result.COMMITTED, "", "")));
        });
    }

    @Test
    void twoDifferentResultsAreNoAnswer() {
        assertNoAnswer(
                "the reply has two different results for it",
                (exchange, instructions) -> TestParticipant.results(
                        exchange,
                        List.of(
                                InstructionResult.of(instructions.getFirst(), Result.COMMITTED),
                                InstructionResult.of(instructions.getFirst(), Result.HEURISTIC_ROLLBACK))));
    }

    @Test
    void resultThatDoesNotFitTheActionIsNoAnswer() {
        for (Result misfit :
                List.of(Result.ROLLED_BACK, Result.HEURISTIC_COMMIT, Result.PREPARED, Result.NO, Result.READ_ONLY)) {
            assertNoAnswer(misfit + " is no result of COMMIT", TestParticipant.always(misfit, ""));
        }
        TestParticipant bank = participant(TestParticipant.always(Result.COMMITTED, ""));
        HttpParticipantGateway gateway = gateway();
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(bank.url(), Inquiring.CANNOT);
        gateway.deliver(gtrid, branch, ABORT, delivered::add);
        gateway.askVote(gtrid, branch, votes::add);
        await("several attempts", () -> bank.requests().size() > 5);
        assertThat(gateway.attempts(gtrid, branch.id()).orElseThrow().lastError())
                .isEqualTo("COMMITTED is no result of ROLLBACK");
        assertThat(delivered).isEmpty();
        assertThat(votes).isEmpty();
    }

    @Test
    void evidenceThatNoColumnCanHoldIsNoVote() {
        for (String evidence : List.of("a\u0000b", "x".repeat(Vote.TEXT_LENGTH_MAX + 1))) {
            TestParticipant bank = participant((exchange, instructions) -> TestParticipant.results(
                    exchange,
                    instructions.stream()
                            .map(i -> new InstructionResult(i.gtrid(), i.bqual(), Result.PREPARED, evidence, ""))
                            .toList()));
            HttpParticipantGateway gateway = gateway();
            Gtrid gtrid = gtrid();
            ListedBranch branch = branch(bank.url());
            gateway.askVote(gtrid, branch, votes::add);
            await("several attempts", () -> bank.requests().size() > 2);
            assertThat(gateway.attempts(gtrid, branch.id()).orElseThrow().lastError())
                    .startsWith("the evidence");
            assertThat(votes).isEmpty();
        }
    }

    @Test
    void oversizedReplyIsNoAnswer() {
        assertNoAnswer("no reply", (exchange, instructions) -> {
            byte[] right = InstructionJson.writeResults(
                    List.of(InstructionResult.of(instructions.getFirst(), Result.COMMITTED)));
            String padded = new String(right, StandardCharsets.UTF_8) + " ".repeat(2000);
            TestParticipant.body(exchange, 200, padded.getBytes(StandardCharsets.UTF_8));
        });
    }

    @Test
    void redirectIsNotFollowed() {
        TestParticipant elsewhere = closing(TestParticipant.obedient());
        for (int status : List.of(301, 302, 307, 308)) {
            assertNoAnswer("HTTP status " + status, (exchange, instructions) -> {
                exchange.getResponseHeaders().add("Location", elsewhere.url().value());
                TestParticipant.body(exchange, status, new byte[0]);
            });
        }
        assertThat(elsewhere.requests()).isEmpty();
    }

    @Test
    void silenceIsNoAnswerAndEndsWithTheTimeout() {
        CountDownLatch held = hold();
        assertNoAnswer("no reply within 150 ms", (exchange, instructions) -> await(held));
    }

    @Test
    void bodyThatNeverEndsIsNoAnswerAndEndsWithTheTimeout() {
        CountDownLatch held = hold();
        assertNoAnswer("no reply within 150 ms", (exchange, instructions) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await(held);
        });
    }

    @Test
    void oneInformationalReplyAfterTheOtherIsNoAnswer() throws Exception {
        RawParticipant chatty = closing(RawParticipant.on("127.0.0.1", talk -> {
            talk.request();
            talk.keepSaying("HTTP/1.1 103 Early Hints\r\n\r\n");
        }));
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(chatty.url());
        HttpParticipantGateway gateway = gateway();
        gateway.deliver(gtrid, branch, COMMIT, delivered::add);
        // A connection was closed by this side, or its script would not have ended; of the first one or of the next
        // attempt's, for
        // each notices when its next write fails.
        assertThat(next(chatty.ended())).isPositive();
        await(
                "a failure",
                () -> !gateway.attempts(gtrid, branch.id())
                        .orElseThrow()
                        .lastError()
                        .isEmpty());
        assertThat(gateway.attempts(gtrid, branch.id()).orElseThrow().lastError())
                .isEqualTo("no reply: more than 16 informational ones came before it");
        assertThat(delivered).isEmpty();
    }

    @Test
    void someInformationalRepliesBeforeEachAnswerDoNoHarm() {
        RawParticipant polite = closing(RawParticipant.on("127.0.0.1", talk -> {
            while (true) {
                RawParticipant.Talk.Request request = talk.request();
                talk.say("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(16) + request.reply());
            }
        }));
        HttpParticipantGateway gateway = gateway();
        for (int i = 0; i < 3; i++) {
            gateway.deliver(gtrid(), branch(polite.url()), COMMIT, delivered::add);
            assertThat(next(delivered)).isEqualTo(applied());
        }
        assertThat(polite.connections()).isEqualTo(1);
    }

    @Test
    void replyThatIsLostAfterProcessingIsAskedForAgain() {
        AtomicInteger processed = new AtomicInteger();
        TestParticipant bank = participant((exchange, instructions) -> {
            if (processed.incrementAndGet() > 2) {
                TestParticipant.obey(exchange, instructions);
            }
        });
        HttpParticipantGateway gateway = gateway();
        Gtrid gtrid = gtrid();
        gateway.deliver(gtrid, branch(bank.url()), COMMIT, delivered::add);
        assertThat(next(delivered)).isEqualTo(applied());
        assertThat(processed).hasValue(3);
        assertThat(bank.requests().stream().flatMap(List::stream))
                .extracting(Instruction::gtrid)
                .containsOnly(gtrid);
    }

    @Test
    void instructionThatSpoilsEveryBatchIsAloneInTheEnd() {
        Gtrid poison = gtrid();
        TestParticipant bank = participant((exchange, instructions) -> {
            if (instructions.stream().anyMatch(i -> i.gtrid().equals(poison))) {
                TestParticipant.body(exchange, 500, new byte[0]);
            } else {
                TestParticipant.obey(exchange, instructions);
            }
        });
        HttpParticipantGateway gateway = gateway();
        ListedBranch branch = branch(bank.url());
        gateway.deliver(poison, branch, COMMIT, delivered::add);
        for (int i = 0; i < 1000; i++) {
            gateway.deliver(gtrid(), branch(bank.url()), COMMIT, delivered::add);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(next(delivered)).isEqualTo(applied());
        }
        assertThat(gateway.queued()).isEqualTo(1);
        assertThat(gateway.attempts(poison, branch.id())).isPresent();
    }

    @Test
    void abortIsLeftToTheInquiryAfterABoundedNumberOfAttempts() {
        TestParticipant bank =
                participant((exchange, instructions) -> TestParticipant.body(exchange, 503, new byte[0]));
        HttpParticipantGateway gateway =
                gateway(new GatewaySettings(new Bounds(10, 1000, 2, 200, 1000, 5), TIMEOUTS, SHORT_PAUSES));
        gateway.deliver(gtrid(), branch(bank.url()), ABORT, delivered::add);
        assertThat(next(delivered)).isEqualTo(new Delivered.Abandoned());
        assertThat(bank.requests()).hasSize(5);
        assertThat(gateway.queued()).isZero();
        assertThat(gateway.statistics().abandoned()).isEqualTo(1);
    }

    @Test
    void aLongSilenceIsSaidAgainWithItsBeginningAndTheRemedy() {
        AtomicLong ahead = new AtomicLong();
        Scheduler movable = new Scheduler() {
            @Override
            public Cancellable after(Duration delay, Runnable action) {
                return scheduler.after(delay, action);
            }

            @Override
            public long nanoTime() {
                return scheduler.nanoTime() + ahead.get();
            }

            @Override
            public long wallMillis() {
                return 0;
            }
        };
        TestParticipant gone = TestParticipant.obedient();
        gone.close();
        HttpParticipantGateway gateway = closing(new HttpParticipantGateway(SETTINGS, LOOPBACK, movable, LOOPS));
        ListAppender<ILoggingEvent> log = closing(new Lines(Settlement.class)).appender();
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(gone.url());
        gateway.deliver(gtrid, branch, COMMIT, delivered::add);
        await(
                "failures",
                () -> gateway.attempts(gtrid, branch.id()).orElseThrow().count() > 3);
        assertThat(lines(log)).noneMatch(line -> line.contains("still"));

        for (int times = 1; times <= 2; times++) {
            int said = times;
            ahead.addAndGet(Duration.ofMinutes(5).toNanos());
            await(
                    "it is said again",
                    () -> lines(log).stream()
                                    .filter(line -> line.contains("still"))
                                    .count()
                            >= said);
        }
        await("more failures", () -> gateway.statistics().requestsFailed() > 20);
        assertThat(lines(log))
                .filteredOn(line -> line.contains("still"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains(
                                "participant=" + gone.url(), "since=1970-01-01T00:00:00Z", "waiting=1", "OPERATIONS"));
        assertThat(gateway.silent()).singleElement().satisfies(silent -> {
            assertThat(silent.participant()).isEqualTo(gone.url());
            assertThat(silent.silentFor()).isGreaterThanOrEqualTo(Duration.ofMinutes(10));
            assertThat(silent.waiting()).isEqualTo(1);
        });
    }

    /** What a class logs. */
    private record Lines(Logger logger, ListAppender<ILoggingEvent> appender) implements AutoCloseable {

        Lines(Class<?> of) {
            this((Logger) LoggerFactory.getLogger(of), new ListAppender<>());
            appender.list = new CopyOnWriteArrayList<>();
            appender.start();
            logger.addAppender(appender);
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }

    private static List<String> lines(ListAppender<ILoggingEvent> log) {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Every reading of this clock is later by half a pause than the one before. */
    @Test
    void noWakeUpIsLostWhileTheClockMovesOn() {
        AtomicInteger readings = new AtomicInteger();
        Scheduler restless = new Scheduler() {
            @Override
            public Cancellable after(Duration delay, Runnable action) {
                return scheduler.after(delay, action);
            }

            @Override
            public long nanoTime() {
                return readings.incrementAndGet() * 1_000_000L;
            }

            @Override
            public long wallMillis() {
                return 0;
            }
        };
        TestParticipant gone = TestParticipant.obedient();
        gone.close();
        Pauses pauses = new Pauses(Duration.ofMillis(2), Duration.ofMillis(2));
        HttpParticipantGateway gateway = closing(new HttpParticipantGateway(
                new GatewaySettings(new Bounds(10, 1000, 2, 200, 1000, 100), TIMEOUTS, pauses),
                LOOPBACK,
                restless,
                LOOPS));
        gateway.deliver(gtrid(), branch(gone.url()), ABORT, delivered::add);
        assertThat(next(delivered)).isEqualTo(new Delivered.Abandoned());
    }

    @Test
    void aFailedProbeCountsForAllWhoWait() {
        TestParticipant gone = TestParticipant.obedient();
        gone.close();
        HttpParticipantGateway gateway =
                gateway(new GatewaySettings(new Bounds(10, 1000, 1, 1, 1000, 5), TIMEOUTS, SHORT_PAUSES));
        for (int i = 0; i < 100; i++) {
            gateway.deliver(gtrid(), branch(gone.url()), ABORT, delivered::add);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(next(delivered)).isEqualTo(new Delivered.Abandoned());
        }
        assertThat(gateway.statistics().requests()).isLessThan(50);
    }

    @Test
    void commitIsNeverGivenUpNorIsAbortToOneThatCannotInquire() {
        TestParticipant bank = participant(TestParticipant.always(Result.RETRY, ""));
        HttpParticipantGateway gateway =
                gateway(new GatewaySettings(new Bounds(10, 1000, 2, 200, 100_000, 5), TIMEOUTS, SHORT_PAUSES));
        Gtrid gtrid = gtrid();
        ListedBranch committing = branch(bank.url());
        ListedBranch aborting = branch(bank.url(), Inquiring.CANNOT);
        gateway.deliver(gtrid, committing, COMMIT, delivered::add);
        gateway.deliver(gtrid, aborting, ABORT, delivered::add);
        for (ListedBranch branch : List.of(committing, aborting)) {
            await(
                    "many attempts",
                    () -> gateway.attempts(gtrid, branch.id()).orElseThrow().count() > 20);
        }
        assertThat(delivered).isEmpty();
    }

    @Test
    void forbiddenOriginIsNeverCalledAndSaysSo() {
        TestParticipant bank = closing(TestParticipant.obedient());
        HttpParticipantGateway gateway =
                closing(new HttpParticipantGateway(SETTINGS, AllowedOrigins.NONE, scheduler, LOOPS));
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(bank.url());
        assertThat(gateway.deliver(gtrid, branch, COMMIT, delivered::add)).isEqualTo(TAKEN);
        assertThat(gateway.deliver(gtrid, branch, COMMIT, delivered::add)).isEqualTo(TAKEN);
        assertThat(gateway.attempts(gtrid, branch.id()).orElseThrow().lastError())
                .isEqualTo("origin not allowed: http://127.0.0.1:" + bank.port());
        gateway.close();
        assertThat(bank.requests()).isEmpty();
        assertThat(gateway.statistics().requests()).isZero();
    }

    /** The behaviour ends nothing, the reason is shown, and a right answer later does end it. */
    private void assertNoAnswer(String lastError, Behaviour faulty) {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch seen = hold();
        TestParticipant bank = participant((exchange, instructions) -> {
            if (calls.incrementAndGet() <= 2) {
                faulty.answer(exchange, instructions);
            } else {
                await(seen);
                TestParticipant.obey(exchange, instructions);
            }
        });
        HttpParticipantGateway gateway = gateway(new GatewaySettings(
                new Bounds(10, 10, 2, 200, 1000, 30), lastError.endsWith("ms") ? IMPATIENT : TIMEOUTS, SHORT_PAUSES));
        Gtrid gtrid = gtrid();
        ListedBranch branch = branch(bank.url());
        gateway.deliver(gtrid, branch, COMMIT, delivered::add);
        await(
                lastError,
                () -> gateway.attempts(gtrid, branch.id()).orElseThrow().count() >= 2);
        assertThat(gateway.attempts(gtrid, branch.id()).orElseThrow().lastError())
                .startsWith(lastError);
        assertThat(delivered).isEmpty();
        seen.countDown();
        assertThat(next(delivered)).isEqualTo(applied());
        assertThat(delivered).isEmpty();
    }
}
