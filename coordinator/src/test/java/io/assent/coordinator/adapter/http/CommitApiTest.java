package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.await;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static io.assent.coordinator.adapter.http.ApiFixture.unasked;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Instruction.Action;
import io.assent.api.InstructionResult.Result;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commit and rollback as a client without the SDK sees them, with participants on real HTTP servers. */
class CommitApiTest {

    private static TestCoordinator coordinator;
    private static TestParticipant obedient;

    private final Gtrid gtrid = Gtrid.mint();
    private final Bqual bqual = Bqual.mint();

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start("assent.engine.vote-patience", "1s");
        obedient = TestParticipant.obedient();
    }

    @AfterAll
    static void stop() {
        coordinator.close();
        obedient.close();
    }

    @Test
    void commitsEarlyVotesAndRepliesWhenApplied() {
        Reply reply = coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual)));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().string("decision")).isEqualTo("COMMIT");
        assertThat(reply.json().string("applied")).isEqualTo("YES");
        assertThat(reply.header("Assent-Protocol")).isEqualTo("1");
        assertThat(told(obedient, bqual)).containsExactly(Action.COMMIT);
    }

    @Test
    void repeatingACommitGivesTheSameAnswer() {
        String body = commitOf(prepared(obedient, bqual));

        Reply first = coordinator.post(path(gtrid, "commit"), body);
        Reply second = coordinator.post(path(gtrid, "commit"), body);

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(told(obedient, bqual)).containsExactly(Action.COMMIT);
    }

    @Test
    void manyCommitsOfOneTransactionAtOnceGetOneAnswer() {
        String body = commitOf(unasked(obedient, bqual));

        List<CompletableFuture<Reply>> replies = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> coordinator.post(path(gtrid, "commit"), body)))
                .toList();

        assertThat(replies).allSatisfy(reply -> {
            assertThat(reply.join().status()).isEqualTo(200);
            assertThat(reply.join().json().string("decision")).isEqualTo("COMMIT");
        });
        // One that comes after all is over asks for the vote again; the row stays what it is.
        assertThat(told(obedient, bqual))
                .startsWith(Action.PREPARE, Action.COMMIT)
                .doesNotContain(Action.ROLLBACK);
    }

    @Test
    void committingWithAnotherListIsRefusedWithBothLists() {
        Bqual other = Bqual.mint();
        coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual)));

        Reply reply =
                coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual), prepared(obedient, other)));

        assertProblem(reply, ErrorCode.LIST_MISMATCH);
        assertThat(reply.json().objects("requested")).hasSize(2);
        assertThat(reply.json().objects("decided")).hasSize(1);
    }

    @Test
    void commitAfterRollbackIsAnsweredWithTheAbort() {
        Reply rollback = coordinator.post(path(gtrid, "rollback"), "{\"reason\":\"changed my mind\"}");
        Reply commit = coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual)));

        assertThat(rollback.status()).isEqualTo(200);
        assertThat(commit.status()).isEqualTo(200);
        assertThat(commit.json().string("decision")).isEqualTo("ABORT");
        assertThat(commit.json().strings("reason"))
                .containsEntry("code", "ROLLBACK_REQUESTED")
                .containsEntry("detail", "changed my mind");
        await("the branch is told", () -> told(obedient, bqual).contains(Action.ROLLBACK));
    }

    @Test
    void rollbackAfterCommitIsRefused() {
        coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual)));

        assertProblem(coordinator.post(path(gtrid, "rollback"), ""), ErrorCode.ALREADY_COMMITTED);
    }

    @Test
    void commitAfterTheDeadlineAborts() {
        Reply reply = coordinator.post(
                path(gtrid, "commit"), "{\"branches\":[" + prepared(obedient, bqual) + "],\"timeoutMillis\":0}");

        assertThat(reply.json().string("decision")).isEqualTo("ABORT");
        assertThat(reply.json().strings("reason")).containsEntry("code", "DEADLINE_PASSED");
    }

    @Test
    void aNoAbortsAndSaysWhose() {
        try (TestParticipant refuser = new TestParticipant(TestParticipant.always(Result.NO, "insufficient funds"))) {
            Reply reply = coordinator.post(
                    path(gtrid, "commit"), commitOf(unasked(refuser, bqual), prepared(obedient, bqual)));

            assertThat(reply.json().string("decision")).isEqualTo("ABORT");
            assertThat(reply.json().strings("reason")).containsEntry("code", "VOTED_NO");
            assertThat(reply.json().strings("reason").get("detail"))
                    .contains(refuser.url().value(), "insufficient funds");
        }
    }

    @Test
    void aParticipantThatHangsHasGivenNoVote() {
        try (TestParticipant hanging = new TestParticipant((_, _) -> awaitInterrupt())) {
            assertNoVote(coordinator.post(path(gtrid, "commit"), commitOf(unasked(hanging, bqual))));
        }
    }

    @Test
    void aParticipantThatAnswersGarbageHasGivenNoVote() {
        byte[] garbage = "<html>".getBytes(StandardCharsets.UTF_8);
        try (TestParticipant odd = new TestParticipant((e, _) -> TestParticipant.body(e, 200, garbage))) {
            assertNoVote(coordinator.post(path(gtrid, "commit"), commitOf(unasked(odd, bqual))));
        }
    }

    @Test
    void aParticipantThatFailsHasGivenNoVote() {
        try (TestParticipant failing = new TestParticipant((e, _) -> TestParticipant.body(e, 500, new byte[0]))) {
            assertNoVote(coordinator.post(path(gtrid, "commit"), commitOf(unasked(failing, bqual))));
        }
    }

    @Test
    void aReplyThatIsDroppedAfterCommittingIsAskedForAgain() {
        AtomicInteger commits = new AtomicInteger();
        try (TestParticipant dropper = new TestParticipant((exchange, instructions) -> {
            if (commits.incrementAndGet() > 1) {
                TestParticipant.obey(exchange, instructions);
            } // else the connection closes without a reply
        })) {
            Reply reply = coordinator.post(path(gtrid, "commit"), commitOf(prepared(dropper, bqual)));

            assertThat(reply.json().string("decision")).isEqualTo("COMMIT");
            assertThat(reply.json().string("applied")).isEqualTo("YES");
            assertThat(commits).hasValueGreaterThan(1);
        }
    }

    @Test
    void aSlowCommitIsAnsweredPendingAfterTheWait() {
        try (TestParticipant down = new TestParticipant((e, _) -> TestParticipant.body(e, 503, new byte[0]))) {
            Reply reply = coordinator.post(
                    path(gtrid, "commit"), "{\"branches\":[" + prepared(down, bqual) + "],\"waitMillis\":100}");

            assertThat(reply.json().string("decision")).isEqualTo("COMMIT");
            assertThat(reply.json().string("applied")).isEqualTo("PENDING");
        }
    }

    @Test
    void aHeuristicOutcomeIsToldAsSuch() {
        try (TestParticipant broken =
                new TestParticipant(TestParticipant.always(Result.HEURISTIC_ROLLBACK, "rolled back by hand"))) {
            Reply reply = coordinator.post(path(gtrid, "commit"), commitOf(prepared(broken, bqual)));

            assertThat(reply.json().string("decision")).isEqualTo("COMMIT");
            assertThat(reply.json().string("applied")).isEqualTo("HEURISTIC");
        }
    }

    @Test
    void anInquiryAfterTheDeadlineAbortsWhatNobodyDecided() {
        Reply reply = coordinator.post(
                "/v1/inquiries",
                "{\"inquiries\":[{\"gtrid\":\"%s\",\"bqual\":\"%s\",\"deadline\":\"PASSED\"}]}"
                        .formatted(gtrid, bqual));
        Reply commit = coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual)));

        assertThat(reply.json().objects("answers").getFirst().string("verdict")).isEqualTo("ABORT");
        assertThat(commit.json().strings("reason")).containsEntry("code", "INQUIRED_AFTER_DEADLINE");
    }

    @Test
    void anInquiryTellsOnlyListedBranchesToCommit() {
        Bqual stranger = Bqual.mint();
        coordinator.post(path(gtrid, "commit"), commitOf(prepared(obedient, bqual)));

        Reply reply =
                coordinator.post("/v1/inquiries", """
                {"inquiries":[{"gtrid":"%s","bqual":"%s","deadline":"RUNNING"},
                              {"gtrid":"%s","bqual":"%s","deadline":"RUNNING"},
                              {"gtrid":"%s","bqual":"%s","deadline":"RUNNING"}]}""".formatted(gtrid, bqual, gtrid, stranger, Gtrid.mint(), bqual));

        assertThat(reply.json().objects("answers"))
                .extracting(a -> a.string("verdict"))
                .containsExactly("COMMIT", "ABORT", "PENDING");
    }

    private static void assertNoVote(Reply reply) {
        assertThat(reply.json().string("decision")).isEqualTo("ABORT");
        assertThat(reply.json().strings("reason")).containsEntry("code", "NO_VOTE");
    }

    private static List<Action> told(TestParticipant participant, Bqual bqual) {
        return participant.requests().stream()
                .flatMap(List::stream)
                .filter(i -> i.bqual().equals(bqual))
                .map(i -> i.action())
                .toList();
    }

    private static void awaitInterrupt() {
        new CompletableFuture<Void>()
                .orTimeout(5, java.util.concurrent.TimeUnit.SECONDS)
                .exceptionally(_ -> null)
                .join();
    }
}
