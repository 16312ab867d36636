package io.assent.client;

import static io.assent.HttpStandIn.coordinator;
import static io.assent.HttpStandIn.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.HttpStandIn;
import io.assent.api.AbortReason;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.OutcomeReply;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionJson;
import io.assent.postgres.Eventually;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An owner whose machine takes connections and never answers, as a process that was stopped does. */
@Timeout(60)
final class HungOwnerTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final Duration OUTCOME_PATIENCE = Duration.ofSeconds(30);
    private static final Duration ROLLBACK_PATIENCE = Duration.ofSeconds(5);
    private static final int CLIENTS = 8;

    private final HttpStandIn owner = new HttpStandIn(coordinator());
    private final HttpStandIn successor = new HttpStandIn(HungOwnerTest::decide);
    private final ClientSettings settings = ClientSettings.of(List.of(successor.url()));
    private final RingOrder order = new RingOrder(settings);
    private final CoordinatorClient client = new CoordinatorClient(settings, order);

    HungOwnerTest() {
        HttpStandIn.Behaviour ring = reply(200, Rings.json(Rings.V1, owner.url(), successor.url()));
        owner.ring(ring);
        successor.ring(ring);
    }

    @AfterEach
    void close() {
        owner.close();
        successor.close();
    }

    @Test
    void aCommitReachesTheSuccessorBeforeTheDeadline() {
        owner.from(owner.hang());
        owner.ring(owner.hang());
        assertThat(decision(commit(Rings.ownedBy(0, 2)))).isEqualTo(Decision.COMMIT);
        assertThat(owner.received()).hasSize(1);
    }

    @Test
    void aRollbackReachesTheSuccessorWithinItsPatience() {
        owner.from(owner.hang());
        owner.ring(owner.hang());
        assertThat(decision(rollback(Rings.ownedBy(0, 2)))).isEqualTo(Decision.ABORT);
    }

    @Test
    void aRollbackLeavesTimeForAnotherReplicaWhenTheOwnerLivesAndDoesNotAnswer() {
        owner.from(owner.hang());
        assertThat(decision(rollback(Rings.ownedBy(0, 2)))).isEqualTo(Decision.ABORT);
        assertThat(order.forTransaction(Rings.ownedBy(0, 2)).get(0))
                .as("who is asked first after that")
                .isEqualTo(URI.create(successor.url()));
    }

    @Test
    void theFollowingRequestsGoToTheSuccessorDirectly() {
        owner.from(owner.hang());
        owner.ring(owner.hang());
        assertThat(decision(commit(Rings.ownedBy(0, 2)))).isEqualTo(Decision.COMMIT);
        assertThat(order.forTransaction(Rings.ownedBy(0, 2)).get(0)).isEqualTo(URI.create(successor.url()));
    }

    @Test
    void requestsThatWaitForTheSameReplicaFindOutTogether() throws Exception {
        assertThat(decision(commit(Rings.ownedBy(1, 2)))).isEqualTo(Decision.COMMIT);
        owner.from(owner.hang());
        owner.ring(owner.hang());
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        Callable<OutcomeAnswer> commit = () -> commit(Rings.ownedBy(0, 2));
        for (Future<OutcomeAnswer> answer : threads.invokeAll(Collections.nCopies(CLIENTS, commit))) {
            assertThat(decision(answer.get())).isEqualTo(Decision.COMMIT);
        }
        threads.shutdownNow();
        assertThat(owner.received()).as("some in one").hasSizeBetween(1, CLIENTS);
        assertThat(owner.ringRequests())
                .as("one for all of them, and one at the most that fetched the ring")
                .hasSizeBetween(1, 2);
    }

    @Test
    void rollbacksThatWaitForTheSameReplicaReachTheSuccessorWithinTheirPatience() throws Exception {
        assertThat(decision(commit(Rings.ownedBy(1, 2)))).isEqualTo(Decision.COMMIT);
        owner.from(owner.hang());
        owner.ring(owner.hang());
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        Callable<OutcomeAnswer> rollback = () -> rollback(Rings.ownedBy(0, 2));
        for (Future<OutcomeAnswer> answer : threads.invokeAll(Collections.nCopies(CLIENTS, rollback))) {
            assertThat(decision(answer.get())).isEqualTo(Decision.ABORT);
        }
        threads.shutdownNow();
        assertThat(owner.received()).as("some in one").hasSizeBetween(1, CLIENTS - 1);
    }

    @Test
    void anOwnerThatTakesItsTimeAndLivesIsWaitedFor() {
        owner.first((request, exchange) -> {
            Eventually.true_(
                    "it was asked twice if it lives", () -> owner.ringRequests().size() >= 2);
            decide(request, exchange);
        });
        assertThat(decision(commit(Rings.ownedBy(0, 2)))).isEqualTo(Decision.COMMIT);
        assertThat(successor.received()).isEmpty();
    }

    @Test
    void anyReplyAtAllIsASignOfLife() {
        assertThat(decision(commit(Rings.ownedBy(1, 2)))).isEqualTo(Decision.COMMIT);
        owner.ring(reply(503, "no ring"));
        owner.first((request, exchange) -> {
            Eventually.true_(
                    "it was asked twice if it lives", () -> owner.ringRequests().size() >= 2);
            decide(request, exchange);
        });
        assertThat(decision(commit(Rings.ownedBy(0, 2)))).isEqualTo(Decision.COMMIT);
        assertThat(successor.received()).hasSize(1);
    }

    private OutcomeAnswer commit(Gtrid gtrid) {
        long endNanos = System.nanoTime() + DEADLINE.toNanos();
        Supplier<Duration> remaining = () -> Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
        CommitRequest request = new CommitRequest(List.of(), DEADLINE, CommitRequest.Reply.APPLIED, WAIT_MAX, Map.of());
        return client.commit(gtrid, request, remaining, OUTCOME_PATIENCE);
    }

    private OutcomeAnswer rollback(Gtrid gtrid) {
        Branch branch = new Branch(
                new BranchId(new ParticipantUrl("http://127.0.0.1:1/assent"), Bqual.mint()), Inquiring.CAN, null);
        RollbackRequest request = new RollbackRequest(List.of(branch), "changed my mind", Map.of());
        return client.rollback(gtrid, request, ROLLBACK_PATIENCE);
    }

    private static Decision decision(OutcomeAnswer answer) {
        assertThat(answer).isInstanceOf(OutcomeAnswer.Known.class);
        return ((OutcomeAnswer.Known) answer).reply().decision();
    }

    /** As a coordinator does: a commit that comes after the deadline aborts. */
    private static void decide(HttpStandIn.Received request, com.sun.net.httpserver.HttpExchange exchange)
            throws java.io.IOException {
        if (request.path().endsWith("/commit") && request.commit().remaining().isZero()) {
            AbortReason late = new AbortReason(AbortReason.Code.DEADLINE_PASSED, "too late");
            OutcomeReply outcome = new OutcomeReply(request.gtrid(), Decision.ABORT, OutcomeReply.Applied.YES, late);
            reply(200, new String(TransactionJson.writeOutcome(outcome), StandardCharsets.UTF_8))
                    .handle(request, exchange);
        } else {
            coordinator().handle(request, exchange);
        }
    }
}
