package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.await;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.mute;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static io.assent.coordinator.adapter.http.ApiFixture.unasked;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction.Action;
import io.assent.api.JoinedBranches;
import io.assent.api.TransactionContext;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Begin, enlist and commit by hand, with participants that know nothing of inquiries. */
class ExplicitFlowTest {

    private static TestCoordinator coordinator;
    private static TestParticipant participant;

    private final Bqual bqual = Bqual.mint();

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start();
        participant = TestParticipant.obedient();
    }

    @AfterAll
    static void stop() {
        coordinator.close();
        participant.close();
    }

    @Test
    void beginsEnlistsAndCommits() {
        Gtrid gtrid = begin("{\"timeoutMillis\":20000,\"labels\":{\"payment\":\"p-17\"}}");
        Reply enlisted = enlist(gtrid, mute(participant, bqual));
        Reply committed = coordinator.post(path(gtrid, "commit"), "");

        assertThat(enlisted.status()).isEqualTo(200);
        assertThat(enlisted.json().number("branches", 0)).isEqualTo(1);
        assertThat(committed.json().string("decision")).isEqualTo("COMMIT");
        assertThat(committed.json().string("applied")).isEqualTo("YES");
        assertThat(told(bqual)).containsExactly(Action.PREPARE, Action.COMMIT);
        assertThat(coordinator.get(path(gtrid, "")).json().strings("labels")).containsEntry("payment", "p-17");
    }

    @Test
    void beginRepliesWithTheContextThatServicesNeed() {
        Reply reply = coordinator.post("/v1/transactions", "{\"timeoutMillis\":12345}");

        TransactionContext context = TransactionContext.parse(reply.json().string("context"));
        assertThat(reply.status()).isEqualTo(201);
        assertThat(context.gtrid()).hasToString(reply.json().string("gtrid"));
        assertThat(context.remaining()).hasMillis(12345);
        assertThat(reply.header("Location")).isEqualTo("/v1/transactions/" + context.gtrid());
    }

    @Test
    void enlistsWhatAServicesHeaderSays() {
        Gtrid gtrid = begin("");
        BranchId id = new BranchId(participant.url(), bqual);
        JoinedBranches joined = new JoinedBranches(List.of(new Branch(id, Inquiring.CAN, null)), null);

        Reply reply = enlistByHeader(gtrid, joined);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(coordinator.post(path(gtrid, "commit"), "").json().string("decision"))
                .isEqualTo("COMMIT");
        assertThat(told(bqual)).containsExactly(Action.PREPARE, Action.COMMIT);
    }

    @Test
    void aListThatMayBeIncompleteCanNeverBeCommitted() {
        Gtrid gtrid = begin("");
        BranchId id = new BranchId(participant.url(), bqual);
        JoinedBranches joined =
                new JoinedBranches(List.of(new Branch(id, Inquiring.CAN, null)), "the reply of bank was lost");

        Reply reply = enlistByHeader(gtrid, joined);

        assertProblem(reply, ErrorCode.ALREADY_DECIDED);
        assertThat(coordinator
                        .post(path(gtrid, "commit"), "")
                        .json()
                        .strings("reason")
                        .get("detail"))
                .contains("the reply of bank was lost");
        await("the branch is told", () -> told(bqual).equals(List.of(Action.ROLLBACK)));
    }

    @Test
    void enlistingAfterTheDecisionIsRefused() {
        Gtrid gtrid = begin("");
        enlist(gtrid, mute(participant, bqual));
        coordinator.post(path(gtrid, "commit"), "");

        assertProblem(enlist(gtrid, mute(participant, Bqual.mint())), ErrorCode.ALREADY_DECIDED);
    }

    @Test
    void enlistingAfterTheDeadlineIsRefused() {
        Gtrid gtrid = begin("{\"timeoutMillis\":1}");
        await(
                "the deadline has passed",
                () -> coordinator.get(path(gtrid, "")).text().contains("DEADLINE_PASSED"));

        assertProblem(enlist(gtrid, mute(participant, bqual)), ErrorCode.ALREADY_DECIDED);
    }

    @Test
    void enlistingIntoWhatWasNeverBegunIsRefused() {
        assertProblem(enlist(Gtrid.mint(), mute(participant, bqual)), ErrorCode.UNKNOWN_TRANSACTION);
    }

    @Test
    void committingAnotherListThanTheEnlistedDecidesNothing() {
        Gtrid gtrid = begin("");
        enlist(gtrid, unasked(participant, bqual));

        Reply reply = coordinator.post(path(gtrid, "commit"), commitOf(unasked(participant, Bqual.mint())));

        assertProblem(reply, ErrorCode.NOT_THE_ENLISTED);
        assertThat(reply.json().objects("enlisted").getFirst().string("bqual")).isEqualTo(bqual.value());
        assertThat(coordinator.get(path(gtrid, "")).json().string("state")).isEqualTo("ACTIVE");
    }

    @Test
    void anEarlyVoteOfAParticipantThatCantInquireIsRefused() {
        Gtrid gtrid = begin("");
        String branch = prepared(participant, bqual).replace("\"inquires\":true,", "");

        assertProblem(enlist(gtrid, branch), ErrorCode.MALFORMED);
    }

    @Test
    void committingWithoutAListWhatNobodyRemembersAborts() {
        Reply reply = coordinator.post(path(Gtrid.mint(), "commit"), "{}");

        assertThat(reply.json().string("decision")).isEqualTo("ABORT");
        assertThat(reply.json().strings("reason")).containsEntry("code", "COORDINATOR_RESTARTED");
    }

    private static Gtrid begin(String body) {
        return Gtrid.parse(coordinator.post("/v1/transactions", body).json().string("gtrid"));
    }

    private static Reply enlist(Gtrid gtrid, String branch) {
        return coordinator.post(path(gtrid, "branches"), "{\"branches\":[" + branch + "]}");
    }

    private static Reply enlistByHeader(Gtrid gtrid, JoinedBranches joined) {
        return coordinator.send(coordinator
                .request(path(gtrid, "branches"))
                .header(JoinedBranches.HEADER, joined.toHeader())
                .POST(BodyPublishers.noBody()));
    }

    private static List<Action> told(Bqual bqual) {
        return participant.requests().stream()
                .flatMap(List::stream)
                .filter(i -> i.bqual().equals(bqual))
                .map(i -> i.action())
                .toList();
    }
}
