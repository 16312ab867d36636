package io.assent;

import static io.assent.HttpStandIn.coordinator;
import static io.assent.HttpStandIn.drop;
import static io.assent.HttpStandIn.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.JoinedBranches;
import io.assent.api.OutcomeReply;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TransactionTest {

    private static final String PREPARED = "v=1;p=http%3A%2F%2F127.0.0.1%3A9%2Fassent;b=north1,0,P,7612";
    private static final String ALSO_PREPARED = "v=1;p=http%3A%2F%2F127.0.0.1%3A9%2Fassent;b=south1,0,P,7613";
    private static final String VOTED_NO = "v=1;p=http%3A%2F%2F127.0.0.1%3A9%2Fassent;b=north1,0,N,insufficient+funds";

    private final HttpStandIn coordinator = new HttpStandIn(coordinator());
    private final HttpStandIn service = new HttpStandIn(reply(200, "done", JoinedBranches.HEADER, PREPARED));
    private final Assent assent = Assent.builder()
            .coordinators(coordinator.url())
            .rollbackPatience(Duration.ofSeconds(20))
            .outcomePatience(Duration.ofSeconds(20))
            .build();

    @AfterEach
    void close() {
        assent.close();
        service.close();
        coordinator.close();
    }

    @Test
    void commitsWhatJoinedWhenTheWorkReturns() throws Exception {
        TransactionOptions options = assent.options().withLabel("payment", "p-17");
        String result = assent.inTransaction(options, transaction -> {
            service.from(reply(200, "done", JoinedBranches.HEADER, PREPARED));
            String body = call(transaction, service).body();
            service.from(reply(200, "done", JoinedBranches.HEADER, ALSO_PREPARED));
            return body + call(transaction, service).body();
        });

        assertThat(result).isEqualTo("donedone");
        assertThat(coordinator.received()).singleElement().satisfies(request -> {
            assertThat(request.path()).endsWith("/commit");
            CommitRequest commit = request.commit();
            assertThat(commit.branches())
                    .extracting(branch -> branch.id().bqual().value())
                    .containsExactly("north1", "south1");
            assertThat(commit.branches()).extracting(Branch::vote).contains(new Vote.Prepared("7612"));
            assertThat(commit.reply()).isEqualTo(CommitRequest.Reply.APPLIED);
            assertThat(commit.labels()).containsEntry("payment", "p-17");
            assertThat(commit.remaining()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
        });
    }

    @Test
    void carriesTheContextToTheService() throws Exception {
        Transaction transaction = assent.begin(assent.options().withDeadline(Duration.ofSeconds(7)));
        call(transaction, service);

        String header = service.received().get(0).header(TransactionContext.HEADER);
        TransactionContext context = TransactionContext.parse(String.valueOf(header));
        assertThat(context.gtrid()).isEqualTo(transaction.gtrid());
        assertThat(context.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(7));
    }

    @Test
    void beginsAndCallsWithoutTheCoordinator() throws Exception {
        coordinator.close();
        Transaction transaction = assent.begin();
        assertThat(call(transaction, service).statusCode()).isEqualTo(200);
        assertThat(coordinator.received()).isEmpty();
    }

    @Test
    void asksForCommitOfAnEmptyListToo() {
        assertThat(assent.begin().commit().decision()).isEqualTo(Decision.COMMIT);
        assertThat(coordinator.received())
                .singleElement()
                .satisfies(request -> assertThat(request.commit().branches()).isEmpty());
    }

    @Test
    void bindsTheTransactionToTheThreadOnlyDuringTheWork() {
        assent.runInTransaction(
                transaction -> assertThat(TransactionScope.current()).contains(transaction.scope()));
        assertThat(TransactionScope.current()).isEmpty();
    }

    @Test
    void rollsBackAndLetsACheckedExceptionOutAsItWas() {
        IOException failure = new IOException("no such account");
        assertThatThrownBy(() -> assent.inTransaction(transaction -> {
                    call(transaction, service);
                    throw failure;
                }))
                .isSameAs(failure)
                .hasNoSuppressedExceptions();
        assertThat(coordinator.received()).singleElement().satisfies(request -> {
            assertThat(request.path()).endsWith("/rollback");
            assertThat(request.rollback().branches()).hasSize(1);
            assertThat(request.rollback().reason()).contains("no such account");
        });
        assertThat(TransactionScope.current()).isEmpty();
    }

    @Test
    void rollsBackForAnInterruptedThreadTooAndLeavesItInterrupted() throws Exception {
        service.first(reply(200, "done", JoinedBranches.HEADER, PREPARED)).from(service.hang());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                assent.inTransaction(transaction -> {
                    call(transaction, service);
                    return call(transaction, service);
                });
            } catch (IOException e) {
                interrupted.complete(e instanceof InterruptedIOException
                        && Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await(() -> service.received().size() == 2);
        caller.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(coordinator.received().get(0).rollback().branches()).hasSize(1);
    }

    @Test
    void addsAFailedRollbackToTheExceptionOfTheWork() {
        coordinator.from(HttpStandIn.problem(503, "LOG_UNAVAILABLE"));
        try (Assent impatient = Assent.builder()
                .coordinators(coordinator.url())
                .rollbackPatience(Duration.ofSeconds(1))
                .build()) {
            assertThatThrownBy(() -> impatient.runInTransaction(transaction -> {
                        call(transaction, service);
                        throw new IOException("no such account");
                    }))
                    .isInstanceOf(IOException.class)
                    .satisfies(e ->
                            assertThat(e.getSuppressed()).singleElement().isInstanceOf(OutcomeUnknownException.class));
        }
    }

    @Test
    void bothersNobodyWhenTheWorkFailsBeforeAnyBranchJoined() {
        assertThatThrownBy(() -> assent.runInTransaction(transaction -> {
                    throw new IllegalArgumentException("negative amount");
                }))
                .hasMessage("negative amount");
        assertThat(coordinator.received()).isEmpty();
    }

    @Test
    void abortsAndNamesTheCallWhoseReplyWasLost() {
        service.from(drop());
        assertAborts(transaction -> {
            assertThatThrownBy(() -> call(transaction, service)).isInstanceOf(IOException.class);
            return true;
        });
        assertRolledBackBecause("no reply to POST " + service.uri("/debit"));
    }

    @Test
    void abortsAndNamesTheCallWhoseReplyNamedNoBranches() {
        service.from(reply(200, "done"));
        assertAborts(transaction -> call(transaction, service));
        assertRolledBackBecause("the reply to POST " + service.uri("/debit") + " named no branches");
    }

    @Test
    void abortsAndNamesTheCallWhoseBranchesCannotBeRead() {
        service.from(reply(200, "done", JoinedBranches.HEADER, "v=1;b=?"));
        assertAborts(transaction -> call(transaction, service));
        assertRolledBackBecause("the reply to POST " + service.uri("/debit") + " had a malformed header");
    }

    @Test
    void abortsWhenAServiceLostANestedCall() {
        service.from(reply(200, "done", JoinedBranches.HEADER, "v=1;x=no+reply+to+south"));
        assertAborts(transaction -> call(transaction, service));
        assertRolledBackBecause("no reply to south");
    }

    @Test
    void abortsAndSaysWhoVotedNo() {
        service.from(reply(409, "", JoinedBranches.HEADER, VOTED_NO));
        assertAborts(transaction -> call(transaction, service));
        assertRolledBackBecause("http://127.0.0.1:9/assent#north1 voted NO: insufficient funds");
        assertThat(coordinator.received().get(0).rollback().branches()).hasSize(1);
    }

    @Test
    void namesTheCallThatFoundNobodyToConnectTo() throws Exception {
        String nobody = nobodyListens().toString();
        assertThatThrownBy(() -> assent.runInTransaction(transaction -> {
                    call(transaction, service);
                    transaction.send(post(URI.create(nobody + "?cents=500")), HttpResponse.BodyHandlers.ofString());
                }))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessageStartingWith("POST " + nobody + ": ")
                .hasMessageNotContaining("cents");
        assertRolledBackBecause("ConnectException: POST " + nobody);
    }

    @Test
    void namesTheCallWhoseReplyWasLostOrLate() {
        String call = "POST " + service.uri("/debit") + ": ";
        service.from(drop());
        assertThatThrownBy(() -> call(assent.begin(), service))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageStartingWith(call)
                .hasMessageNotContaining("cents")
                .hasCauseInstanceOf(IOException.class);

        service.from(service.stall());
        Transaction transaction = assent.begin(assent.options().withDeadline(Duration.ofSeconds(2)));
        assertThatThrownBy(() -> call(transaction, service))
                .isExactlyInstanceOf(HttpTimeoutException.class)
                .hasMessageStartingWith(call);
    }

    @Test
    void abortsWhileACallIsStillOpen() throws Exception {
        service.from(service.hang());
        Transaction transaction = assent.begin();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<?> open = threads.submit(() -> call(transaction, service));
        await(() -> service.received().size() == 1);

        assertThatExceptionOfType(TransactionAbortedException.class).isThrownBy(transaction::commit);
        assertRolledBackBecause("no reply to POST");
        service.close();
        assertThatThrownBy(() -> open.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        threads.shutdownNow();
    }

    @Test
    void abortsWhenTheDeadlineIsOver() throws Exception {
        Transaction transaction = assent.begin(assent.options().withDeadline(Duration.ofMillis(5)));
        await(() -> transaction.scope().remaining().isZero());

        assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> call(transaction, service));
        assertThat(service.received()).isEmpty();
        assertThatExceptionOfType(TransactionAbortedException.class).isThrownBy(transaction::commit);
        assertRolledBackBecause("the deadline (5 ms) passed before commit was asked for");
    }

    @Test
    void endsACallAtTheDeadline() {
        service.from(service.stall());
        Transaction transaction = assent.begin(assent.options().withDeadline(Duration.ofSeconds(2)));
        assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> call(transaction, service));
    }

    @Test
    void commitsAfterAPostThatCertainlyWasNeverSent() throws Exception {
        URI nobody = nobodyListens();
        Outcome outcome;
        try (Transaction transaction = assent.begin()) {
            assertThatThrownBy(() -> transaction.send(post(nobody), HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            outcome = transaction.commit();
        }
        assertThat(outcome.decision()).isEqualTo(Decision.COMMIT);
    }

    @Test
    void abortsAfterAGetThatTheHttpClientMayHaveSentTwice() throws Exception {
        HttpRequest get = HttpRequest.newBuilder(nobodyListens()).GET().build();
        assertAborts(transaction -> {
            assertThatThrownBy(() -> transaction.send(get, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            return true;
        });
    }

    @Test
    void takesTheBranchesOfRedirectsToo() throws Exception {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        service.first(reply(303, "", "Location", "/elsewhere", JoinedBranches.HEADER, PREPARED))
                .from(reply(200, "done", JoinedBranches.HEADER, ALSO_PREPARED));
        try (Assent redirected = Assent.builder()
                .coordinators(coordinator.url())
                .httpClient(following)
                .build()) {
            redirected.inTransaction(transaction -> call(transaction, service));
        }
        assertThat(coordinator.received().get(0).commit().branches())
                .extracting(branch -> branch.id().bqual().value())
                .containsExactlyInAnyOrder("north1", "south1");
    }

    @Test
    void tellsWhyTheCoordinatorAborted() {
        coordinator.from((request, exchange) -> reply(
                        200,
                        "{\"gtrid\":\"" + request.gtrid() + "\",\"decision\":\"ABORT\",\"applied\":\"PENDING\","
                                + "\"reason\":{\"code\":\"NO_VOTE\",\"detail\":\"south is silent\"}}")
                .handle(request, exchange));
        assertThatExceptionOfType(TransactionAbortedException.class)
                .isThrownBy(() -> assent.runInTransaction(transaction -> {}))
                .satisfies(e -> {
                    assertThat(e.gtrid())
                            .isEqualTo(coordinator.received().get(0).gtrid());
                    assertThat(e.abortReason()).get().asString().contains("NO_VOTE", "south is silent");
                    assertThat(e.outcome().applied()).isEqualTo(OutcomeReply.Applied.PENDING);
                })
                .withMessageContainingAll("NO_VOTE", "south is silent");
        assertThat(coordinator.received()).hasSize(1);
    }

    @Test
    void asksOnceHoweverOftenAndFromWherever() throws Exception {
        Transaction transaction = assent.begin();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Outcome>> commits = java.util.Collections.nCopies(8, transaction::commit);
        for (Future<Outcome> commit : threads.invokeAll(commits)) {
            assertThat(commit.get()).isEqualTo(transaction.outcome().orElseThrow());
        }
        threads.shutdownNow();
        assertThat(coordinator.received()).hasSize(1);
    }

    @Test
    void refusesCommitAfterRollback() {
        Transaction transaction = assent.begin();
        assertThat(transaction.rollback("changed my mind").decision()).isEqualTo(Decision.ABORT);
        assertThat(transaction.rollback().decision()).isEqualTo(Decision.ABORT);
        assertThatIllegalStateException().isThrownBy(transaction::commit).withMessageContaining("rollback");
        assertThat(coordinator.received()).hasSize(1);
    }

    @Test
    void refusesRollbackAndCallsAfterCommit() {
        Transaction transaction = assent.begin();
        transaction.commit();
        assertThatIllegalStateException().isThrownBy(transaction::rollback).withMessageContaining("committed");
        assertThatIllegalStateException().isThrownBy(() -> call(transaction, service));
        assertThat(service.received()).isEmpty();
        assertThat(coordinator.received()).hasSize(1);
    }

    @Test
    void returnsNormallyWhenTheWorkItselfRolledBack() {
        String result = assent.inTransaction(transaction -> {
            transaction.rollback("a dry run");
            return "checked";
        });
        assertThat(result).isEqualTo("checked");
    }

    @Test
    void rollsBackWhenClosedWithoutCommit() throws Exception {
        try (Transaction transaction = assent.begin()) {
            call(transaction, service);
        }
        assertRolledBackBecause("closed without commit");
    }

    @Test
    void refusesToBeginWithinATransactionUnseen() {
        assertThatIllegalStateException()
                .isThrownBy(() -> assent.runInTransaction(outer -> assent.runInTransaction(inner -> {})))
                .withMessageContaining("running on this thread");
    }

    @Test
    void refusesToBeginAfterClose() {
        assent.close();
        assertThatIllegalStateException().isThrownBy(assent::begin);
    }

    @Test
    void saysWhichCoordinatorUrlIsNone() {
        assertThatThrownBy(() -> Assent.connect("localhost:8080"))
                .hasMessageContainingAll("coordinator", "localhost:8080", "http://");
        assertThatThrownBy(Assent::connect).hasMessageContaining("at least one URL");
        assertThatThrownBy(() -> Assent.connect("http://host/?x=1")).hasMessageContaining("without user");
    }

    private void assertAborts(TransactionWork<?, Exception> work) {
        assertThatExceptionOfType(TransactionAbortedException.class).isThrownBy(() -> assent.inTransaction(work));
    }

    private void assertRolledBackBecause(String reason) {
        assertThat(coordinator.received()).singleElement().satisfies(request -> {
            assertThat(request.path()).endsWith("/rollback");
            assertThat(request.rollback().reason()).contains(reason);
        });
    }

    private static HttpResponse<String> call(Transaction transaction, HttpStandIn service) throws IOException {
        return transaction.send(post(service.uri("/debit?cents=500")), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest post(URI uri) {
        return HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }

    private static URI nobodyListens() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the condition did not come about in 20 s");
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS))
                    .join();
        }
    }
}
