package io.assent;

import static io.assent.HttpStandIn.coordinator;
import static io.assent.HttpStandIn.drop;
import static io.assent.HttpStandIn.problem;
import static io.assent.HttpStandIn.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.OutcomeReply;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.client.RetryDelays;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an outcome is come by when coordinators fail, and that none is ever guessed. */
@Timeout(60)
final class OutcomeTest {

    private static final Branch NORTH = branch("north1");
    private static final Branch SOUTH = branch("south1");
    private static final String OTHER = "0192a000-0000-7000-8000-000000000000";

    private final HttpStandIn first = new HttpStandIn(coordinator());
    private final HttpStandIn second = new HttpStandIn(coordinator());
    private final AssentBuilder builder = Assent.builder()
            .waitMax(Duration.ofMillis(200))
            .outcomePatience(Duration.ofSeconds(20))
            .retryDelays(new RetryDelays(Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(50)));

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @Test
    void repeatsTheSameListToTheNextReplicaWhenTheFirstDropsTheReply() {
        first.from(drop());
        Outcome outcome = begunWith(first, second).commit();

        assertThat(outcome.decision()).isEqualTo(Decision.COMMIT);
        assertThat(first.received()).hasSize(1);
        CommitRequest lost = first.received().get(0).commit();
        CommitRequest answered = second.received().get(0).commit();
        assertThat(lost.branches()).containsExactly(NORTH, SOUTH);
        assertThat(answered.branches()).isEqualTo(lost.branches());
        assertThat(answered.labels()).isEqualTo(lost.labels());
        assertThat(answered.reply()).isEqualTo(lost.reply());
        assertThat(answered.remaining()).isLessThanOrEqualTo(lost.remaining());
        assertThat(second.received().get(0).gtrid())
                .isEqualTo(first.received().get(0).gtrid());
    }

    @Test
    void passesOverDeadSeeds() throws IOException {
        try (Assent assent =
                builder.coordinators(deadSeed(), deadSeed(), second.url()).build()) {
            assertThat(assent.begin().commit().decision()).isEqualTo(Decision.COMMIT);
        }
    }

    @Test
    void asksTheReplicaFirstThatAnsweredLast() {
        first.first(drop());
        try (Assent assent = builder.coordinators(first.url(), second.url()).build()) {
            assent.begin().commit();
            assent.begin().commit();
        }
        assertThat(first.received()).hasSize(1);
        assertThat(second.received()).hasSize(2);
    }

    @Test
    void goesToTheNextReplicaWhenOneHangsOrStallsInItsReply() {
        first.first(first.hang()).first(first.stall());
        second.first(drop());
        builder.requestTimeout(Duration.ofSeconds(1));
        assertThat(begunWith(first, second).commit().decision()).isEqualTo(Decision.COMMIT);
        assertThat(first.received()).hasSize(2);
        assertThat(second.received()).hasSize(2);
    }

    @Test
    void waitsAsLongAsABusyCoordinatorAsks() {
        first.first(problem(503, "OVERLOADED", "Retry-After", "1"));
        builder.retryDelays(new RetryDelays(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(5)));
        long begin = System.nanoTime();
        assertThat(begunWith(first).commit().decision()).isEqualTo(Decision.COMMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(first.received()).hasSize(2);
    }

    @Test
    void waitsNoLongerThanItsOwnBoundHoweverLongACoordinatorAsks() {
        first.first(problem(503, "OVERLOADED", "Retry-After", "3600"));
        assertThat(begunWith(first).commit().decision()).isEqualTo(Decision.COMMIT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | <html>welcome</html>",
                "200 | {}",
                "200 | {\"gtrid\":\"" + OTHER + "\",\"decision\":\"ABORT\",\"applied\":\"YES\"}",
                "200 | {\"gtrid\":\"%s\",\"decision\":\"MAYBE\",\"applied\":\"YES\"}",
                "200 | {\"gtrid\":\"%s\",\"decision\":\"ABORT\"",
                "201 | {\"gtrid\":\"%s\",\"decision\":\"ABORT\",\"applied\":\"YES\"}",
                "302 | {\"gtrid\":\"%s\",\"decision\":\"ABORT\",\"applied\":\"YES\"}",
                "500 | {\"gtrid\":\"%s\",\"decision\":\"ABORT\",\"applied\":\"YES\"}",
                "500 | {\"code\":\"GONE\"}",
                "400 | <html>bad request</html>",
                "404 | not here",
                "409 | {\"code\":\"NEVER_HEARD_OF\"}",
            })
    void takesNothingElseForAnOutcome(int status, String body) {
        first.first((request, exchange) ->
                reply(status, body.replace("%s", request.gtrid().toString())).handle(request, exchange));
        Outcome outcome = begunWith(first).commit();
        assertThat(outcome.decision()).isEqualTo(Decision.COMMIT);
        assertThat(first.received()).hasSize(2);
    }

    @Test
    void doesNotTakeInAReplyWithoutEnd() {
        String huge = "{\"gtrid\":\"" + "x".repeat(17 * 1024 * 1024) + "\"}";
        builder.requestTimeout(Duration.ofSeconds(10));
        first.first(reply(200, huge));
        assertThat(begunWith(first).commit().decision()).isEqualTo(Decision.COMMIT);
        assertThat(first.received()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | not here",
                "405 | {\"timestamp\":1,\"status\":405,\"error\":\"Method Not Allowed\"}",
                "404 | {\"code\":\"NOT_FOUND\",\"detail\":\"there is no /wrong/v1\",\"status\":404}"
            })
    void endsBeforeThePatienceWhereThereIsNoCoordinator(int status, String body) {
        first.from(reply(status, body));
        second.from(reply(status, body));
        builder.outcomePatience(Duration.ofSeconds(50)); // of the 60 that the test has
        Transaction transaction = begunWith(first, second);
        long begin = System.nanoTime();
        assertThatExceptionOfType(OutcomeUnknownException.class)
                .isThrownBy(transaction::commit)
                .withMessageContainingAll("no Assent coordinator", second.url() + "/v1/", "status " + status);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
        assertThat(first.received()).hasSizeGreaterThan(1);
        assertThat(second.received()).hasSizeGreaterThan(1);

        // It is not known, so the same may be asked again.
        second.from(coordinator());
        assertThat(transaction.commit().decision()).isEqualTo(Decision.COMMIT);
    }

    @Test
    void goesOnWhileAnyReplicaMayBeACoordinator() {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        first.from(reply(404, "not here"));
        second.from(
                (request, exchange) -> (System.nanoTime() < end ? drop() : coordinator()).handle(request, exchange));
        assertThat(begunWith(first, second).commit().decision()).isEqualTo(Decision.COMMIT);
    }

    @Test
    void saysUnknownAndNamesTheTransactionWhenThePatienceEnds() {
        first.from(problem(503, "LOG_UNAVAILABLE"));
        builder.outcomePatience(Duration.ofSeconds(2));
        Transaction transaction = begunWith(first);
        assertThatExceptionOfType(OutcomeUnknownException.class)
                .isThrownBy(transaction::commit)
                .satisfies(e -> assertThat(e.gtrid()).isEqualTo(transaction.gtrid()))
                .withMessageContainingAll("unknown", "LOG_UNAVAILABLE", "/v1/transactions/" + transaction.gtrid());
        assertThat(transaction.outcome()).isEmpty();
        assertThat(first.received())
                .hasSizeGreaterThan(1)
                .allSatisfy(request -> assertThat(request.commit().branches()).containsExactly(NORTH, SOUTH));
    }

    @Test
    void repeatsTheSameRequestWhenCommitIsCalledAgainAfterUnknown() {
        first.from(drop());
        builder.outcomePatience(Duration.ofMillis(150));
        Transaction transaction = begunWith(first);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(transaction::commit);
        int before = first.received().size();

        first.from(coordinator());
        assertThat(transaction.commit().decision()).isEqualTo(Decision.COMMIT);
        assertThat(first.received().get(before).path()).endsWith("/commit");
        assertThat(first.received().get(before).commit().branches()).containsExactly(NORTH, SOUTH);
    }

    @Test
    void goesOnAskingForCommitAfterTheDeadline() {
        // The row may say COMMIT since the first attempt: only the same question brings that to light.
        first.from((request, exchange) -> {
            boolean over = request.commit().remaining().isZero();
            (over ? coordinator() : drop()).handle(request, exchange);
        });
        try (Assent assent = builder.coordinators(first.url())
                .deadline(Duration.ofMillis(200))
                .build()) {
            assertThat(assent.begin().commit().decision()).isEqualTo(Decision.COMMIT);
        }
    }

    @Test
    void tellsAnInterruptedCallerThatTheOutcomeIsUnknown() throws Exception {
        first.from(first.hang());
        builder.requestTimeout(Duration.ofSeconds(30));
        Transaction transaction = begunWith(first);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread caller = new Thread(() -> {
            try {
                transaction.commit();
            } catch (OutcomeUnknownException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        TransactionTest.await(() -> first.received().size() == 1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).hasMessageContaining("interrupted").hasMessageContaining("unknown");
        assertThat(flag.get()).isTrue();
    }

    @Test
    void saysThatItCommittedWithAnotherList() {
        first.from(problem(409, "LIST_MISMATCH"));
        assertThatExceptionOfType(ListMismatchException.class)
                .isThrownBy(begunWith(first)::commit)
                .withMessageContaining("another list");
        assertThat(first.received()).hasSize(1);
    }

    @Test
    void saysThatTheOutcomeIsNoLongerKnown() {
        first.from(problem(410, "GONE"));
        assertThatExceptionOfType(TransactionGoneException.class)
                .isThrownBy(begunWith(first)::commit)
                .withMessageContaining("no longer known");
        assertThat(first.received()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"400,MALFORMED", "413,TOO_LARGE", "422,NOT_ALLOWED"})
    void rollsBackWhatTheCoordinatorRefusedToDecide(int status, String code) {
        first.first(reply(
                status,
                "{\"code\":\"" + code
                        + "\",\"detail\":\"no\",\"field\":\"branches\",\"value\":\"x\",\"remedy\":\"ask\"}"));
        try (Assent assent = builder.coordinators(first.url()).build()) {
            assertThatExceptionOfType(RequestRefusedException.class)
                    .isThrownBy(() -> assent.runInTransaction(
                            transaction -> transaction.scope().join(NORTH)))
                    .withMessageContainingAll(code, "branches", "ask")
                    .satisfies(e -> assertThat(e.problem().field()).isEqualTo("branches"));
        }
        assertThat(first.received()).hasSize(2);
        assertThat(first.received().get(1).path()).endsWith("/rollback");
    }

    @Test
    void doesNotTakeARefusalForTheFateOfAnEarlierAttempt() {
        first.first(drop()).from(problem(400, "MALFORMED"));
        Transaction transaction = begunWith(first);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(transaction::commit);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(transaction::commit);
        assertThat(first.received())
                .allSatisfy(request -> assertThat(request.path()).endsWith("/commit"));
    }

    @Test
    void tellsThatARollbackCameTooLate() {
        first.from(drop());
        builder.outcomePatience(Duration.ofMillis(150));
        Transaction transaction = begunWith(first);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(transaction::commit);

        first.from(problem(409, "ALREADY_COMMITTED"));
        assertThatExceptionOfType(AlreadyCommittedException.class).isThrownBy(transaction::rollback);
    }

    @Test
    void returnsACommitThatABranchBrokeAsHeuristic() {
        first.from((request, exchange) -> reply(
                        200,
                        "{\"gtrid\":\"" + request.gtrid() + "\",\"decision\":\"COMMIT\",\"applied\":\"HEURISTIC\"}")
                .handle(request, exchange));
        assertThat(begunWith(first).commit().applied()).isEqualTo(OutcomeReply.Applied.HEURISTIC);
    }

    @Test
    void asksForTheStatusOfATransaction() {
        Gtrid gtrid = Gtrid.mint();
        try (Assent assent = builder.coordinators(first.url()).build()) {
            first.from(problem(404, "UNKNOWN_TRANSACTION"));
            assertThat(assent.status(gtrid)).isEmpty();
            first.from(problem(410, "GONE"));
            assertThat(assent.status(gtrid)).get().satisfies(status -> {
                assertThat(status.state()).isEqualTo("GONE");
                assertThat(status.decided()).isEmpty();
            });
            first.from(reply(200, "{\"gtrid\":\"" + gtrid + "\",\"state\":\"DELIVERING\",\"decision\":\"COMMIT\"}"));
            assertThat(assent.status(gtrid)).get().satisfies(status -> {
                assertThat(status.state()).isEqualTo("DELIVERING");
                assertThat(status.decided()).contains(Decision.COMMIT);
            });
        }
        assertThat(first.received())
                .allSatisfy(request -> assertThat(request.path()).isEqualTo("/v1/transactions/" + gtrid));
    }

    private Transaction begunWith(HttpStandIn... coordinators) {
        for (HttpStandIn coordinator : coordinators) {
            builder.coordinators(coordinator.url());
        }
        Transaction transaction = builder.build().begin();
        transaction.scope().join(NORTH);
        transaction.scope().join(SOUTH);
        return transaction;
    }

    private static Branch branch(String bqual) {
        BranchId id = new BranchId(new ParticipantUrl("http://127.0.0.1:9/assent"), new Bqual(bqual));
        return new Branch(id, Inquiring.CAN, new Vote.Prepared("7612"));
    }

    private static String deadSeed() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}
