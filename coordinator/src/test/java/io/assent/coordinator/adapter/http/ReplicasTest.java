package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.await;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.mute;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Instruction.Action;
import io.assent.api.JsonObject;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import io.assent.coordinator.ring.Ring;
import io.assent.coordinator.testing.TestPostgres;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several replicas on one log: what they say of each other, and what they pass on. */
class ReplicasTest {

    private TestPostgres.Database database;
    private TestCoordinator north;
    private TestCoordinator south;
    private TestParticipant participant;
    private final Bqual bqual = Bqual.mint();

    @BeforeEach
    void start() throws Exception {
        database = TestPostgres.database();
        north = replica("north");
        south = replica("south");
        participant = TestParticipant.obedient();
        await(
                "both know each other",
                () -> members(north).size() == 2 && members(south).size() == 2);
    }

    @AfterEach
    void stop() {
        north.close();
        south.close();
        participant.close();
    }

    @Test
    void everyReplicaShowsTheSameRing() {
        JsonObject left = north.get("/v1/ring").json();
        JsonObject right = south.get("/v1/ring").json();

        assertThat(left.string("version")).isEqualTo(right.string("version")).hasSize(16);
        assertThat(left.string("owners")).isEqualTo(right.string("owners"));
        assertThat(members(north)).extracting(m -> m.string("replica")).containsExactly("north", "south");
        assertThat(members(north).get(1).string("url")).isEqualTo(south.url().toString());
        assertThat(share(0) + share(1)).isEqualTo(1, within(1e-9));
    }

    private double share(int member) {
        byte[] owners = Base64.getDecoder().decode(north.get("/v1/ring").json().string("owners"));
        int owned = 0;
        for (byte owner : owners) {
            owned += owner == member ? 1 : 0;
        }
        return owned / (double) Ring.SLOTS;
    }

    @Test
    void namesTheOwnerOfAnId() {
        Gtrid gtrid = Gtrid.mint();
        JsonObject ring = north.get("/v1/ring?gtrid=" + gtrid).json();
        int index = Base64.getDecoder().decode(ring.string("owners"))[Ring.slot(gtrid.value())];

        assertThat(north.get("/v1/ring?gtrid=" + gtrid).text())
                .contains(
                        "\"owner\":{\"replica\":\"" + members(north).get(index).string("replica"));
        assertProblem(north.get("/v1/ring?gtrid=x"), ErrorCode.MALFORMED);
    }

    @Test
    void everyReplyNamesTheVersionOfTheRing() {
        String version = north.get("/v1/ring").json().string("version");

        assertThat(north.get("/v1/info").header("Assent-Ring")).isEqualTo(version);
        assertThat(south.get(path(Gtrid.mint(), "")).header("Assent-Ring")).isEqualTo(version);
        assertThat(south.get("/nothing-here").header("Assent-Ring")).isEqualTo(version);
    }

    @Test
    void whatOneBeganTheOtherEnlistsAndCommits() {
        Gtrid gtrid = begin(north);

        Reply enlisted = enlist(south, gtrid);
        Reply status = south.get(path(gtrid, ""));
        Reply committed = south.post(path(gtrid, "commit"), "{\"timeoutMillis\":20000}");

        assertThat(enlisted.status()).isEqualTo(200);
        assertThat(status.json().string("state")).isEqualTo("ACTIVE");
        assertThat(committed.json().string("decision")).isEqualTo("COMMIT");
        assertThat(told()).containsExactly(Action.PREPARE, Action.COMMIT);
    }

    @Test
    void whatOneBeganTheOtherRollsBack() {
        Gtrid gtrid = begin(north);
        enlist(north, gtrid);

        Reply rolledBack = south.post(path(gtrid, "rollback"), "{\"reason\":\"changed my mind\"}");

        assertThat(rolledBack.json().string("decision")).isEqualTo("ABORT");
        assertThat(south.get(path(gtrid, "")).text()).contains(bqual.value());
    }

    @Test
    void refusalsOfTheHolderComeBackAsTheyAre() {
        Gtrid gtrid = begin(north);

        Reply reply = south.post(
                path(gtrid, "branches"),
                "{\"branches\":[{\"participant\":\"http://elsewhere:1/assent\"," + "\"bqual\":\"b\"}]}");

        assertProblem(reply, ErrorCode.NOT_ALLOWED);
    }

    @Test
    void aReplicaThatIsLeavingIsStillFoundByWhatItBegan() {
        Gtrid gtrid = begin(north);
        Thread drain = Thread.ofPlatform().start(north::drain);
        await("north has left the ring", () -> members(south).size() == 1);

        assertProblem(north.post(path(Gtrid.mint(), "commit"), commitOf()), ErrorCode.SHUTTING_DOWN);
        assertThat(enlist(south, gtrid).status()).isEqualTo(200);
        assertThat(south.post(path(gtrid, "commit"), "").json().string("decision"))
                .isEqualTo("COMMIT");
        await("north has ended", () -> !drain.isAlive());
    }

    @Test
    void whenTheHolderIsGoneTheOtherAbortsByARow() {
        Gtrid gtrid = begin(north);
        enlist(north, gtrid);
        north.close();

        Reply reply = south.post(path(gtrid, "commit"), "");

        assertThat(reply.json().string("decision")).isEqualTo("ABORT");
        assertThat(reply.text()).contains("COORDINATOR_RESTARTED");
        assertProblem(enlist(south, gtrid), ErrorCode.ALREADY_DECIDED);
    }

    @Test
    void whatHasBeenPassedOnIsNotPassedOnAgain() {
        Gtrid gtrid = begin(north);

        Reply reply = south.post(
                path(gtrid, "branches"),
                "{\"branches\":[" + mute(participant, bqual) + "]}",
                Forwarding.HEADER,
                "somebody");

        assertProblem(reply, ErrorCode.UNKNOWN_TRANSACTION);
    }

    @Test
    void theHolderSeesTheCallerAndWhatIsLeftOfItsTime() throws Exception {
        try (HolderStandIn holder = new HolderStandIn(database)) {
            await("north knows it", () -> members(north).size() == 3);

            Reply reply = north.post(
                    path(Gtrid.mint(), "commit"),
                    "{\"timeoutMillis\":20000}",
                    "Authorization",
                    "Bearer me",
                    "X-Request-Id",
                    "17");

            assertThat(reply.text()).isEqualTo("{\"said\":\"by the holder\"}");
            assertThat(reply.status()).isEqualTo(418);
            assertThat(holder.headers.getFirst("Authorization")).isEqualTo("Bearer me");
            assertThat(holder.headers.getFirst("X-Request-Id")).isEqualTo("17");
            assertThat(holder.headers.getFirst("Forwarded")).contains("127.0.0.1");
            assertThat(holder.headers.getFirst(Forwarding.HEADER)).isNotEmpty();
            assertThat(JsonObject.parse(holder.body).number("timeoutMillis", 0)).isBetween(1L, 20_000L);
        }
    }

    @Test
    void aHolderThatBreaksOffIsNoExcuseForSilence() throws Exception {
        try (HolderStandIn holder = new HolderStandIn(database)) {
            await("north knows it", () -> members(north).size() == 3);
            holder.breaksOff = true;

            Reply reply = north.post(path(Gtrid.mint(), "commit"), "");

            assertThat(reply.json().string("decision")).as("by the winning row").isEqualTo("ABORT");
        }
    }

    @Test
    void aHolderThatIsSilentIsNotWaitedForLongerThanTheRequestAllows() throws Exception {
        try (HolderStandIn holder = new HolderStandIn(database)) {
            await("north knows it", () -> members(north).size() == 3);
            holder.silent = true;

            long began = System.nanoTime();
            Reply reply = north.post(path(Gtrid.mint(), "commit"), "{\"timeoutMillis\":1000}");

            assertThat(reply.json().string("decision")).as("by the winning row").isEqualTo("ABORT");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(40));
        }
    }

    @Test
    void aLongReplyOfTheHolderIsReadableForAClientThatTakesItCompressed() throws Exception {
        Gtrid gtrid = begin(north);
        for (int i = 0; i < 20; i++) {
            north.post(path(gtrid, "branches"), "{\"branches\":[" + prepared(participant, Bqual.mint()) + "]}");
        }

        HttpResponse<byte[]> reply = HttpClient.newHttpClient()
                .send(
                        south.request(path(gtrid, ""))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        boolean compressed = reply.headers().firstValue("Content-Encoding").isPresent();
        try (InputStream raw = new ByteArrayInputStream(reply.body());
                InputStream plain = compressed ? new GZIPInputStream(raw) : raw) {
            assertThat(JsonObject.parse(plain.readAllBytes()).string("state")).isEqualTo("ACTIVE");
        }
    }

    @Test
    void aCommitWithItsListIsHandledWhereverItArrives() {
        for (TestCoordinator replica : List.of(north, south)) {
            Reply reply = replica.post(path(Gtrid.mint(), "commit"), commitOf(prepared(participant, Bqual.mint())));

            assertThat(reply.json().string("decision")).isEqualTo("COMMIT");
        }
    }

    @Test
    void membershipIsPartOfTheHealth() {
        assertThat(north.get("/health").text())
                .contains("\"membership\"")
                .contains("\"serving\":[\"north\",\"south\"]");
    }

    private List<Action> told() {
        return participant.requests().stream()
                .flatMap(List::stream)
                .filter(i -> i.bqual().equals(bqual))
                .map(i -> i.action())
                .toList();
    }

    private TestCoordinator replica(String id) {
        return TestCoordinator.startOn(
                database,
                "assent.replica-id",
                id,
                "assent.membership.renew-interval",
                "100ms",
                "assent.membership.gone-after",
                "5s");
    }

    private static List<JsonObject> members(TestCoordinator replica) {
        Reply ring = replica.get("/v1/ring");
        return ring.status() == 200 ? ring.json().objects("members") : List.of();
    }

    private static Gtrid begin(TestCoordinator replica) {
        return Gtrid.parse(replica.post("/v1/transactions", "").json().string("gtrid"));
    }

    private Reply enlist(TestCoordinator replica, Gtrid gtrid) {
        return replica.post(path(gtrid, "branches"), "{\"branches\":[" + mute(participant, bqual) + "]}");
    }
}
