package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the reply names the code, the field and the way out, and nothing is done. */
class BadRequestsTest {

    private static TestCoordinator coordinator;
    private static TestParticipant participant;

    private final Gtrid gtrid = Gtrid.mint();

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start(
                "assent.allowed-origins", "http://127.0.0.1:*", "assent.http.body-bytes-max", "20000");
        participant = TestParticipant.obedient();
    }

    @AfterAll
    static void stop() {
        coordinator.close();
        participant.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "01936b2e-7c1e-4a50-8b1c-6a9d2f3e4c5d", "01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5dd"})
    void anIdThatIsNoneNamesTheField(String id) {
        for (String action : new String[] {"commit", "rollback", "branches", "retry"}) {
            Reply reply = coordinator.post("/v1/transactions/" + id + "/" + action, "{}");
            assertProblem(reply, ErrorCode.MALFORMED);
            assertThat(reply.json().string("field")).isEqualTo("gtrid");
        }
        assertProblem(coordinator.get("/v1/transactions/" + id), ErrorCode.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                            | body",
                "[]                                           | body",
                "{} {}                                        | body",
                "{\"branchez\":[]}                            | branchez",
                "{\"branches\":{}}                            | branches",
                "{\"branches\":[7]}                           | branches[0]",
                "{\"branches\":[{\"bqual\":\"b\"}]}           | branches[0].participant",
                "{\"branches\":[{\"participant\":\"http://a:0/b\",\"bqual\":\"b\"}]} | branches[0].participant",
                "{\"branches\":[{\"participant\":\"http://a:65536\",\"bqual\":\"b\"}]} | branches[0].participant",
                "{\"branches\":[{\"participant\":\"http://a\",\"bqual\":\"\"}]} | branches[0].bqual",
                "{\"branches\":[{\"participant\":\"http://a\",\"bqual\":\"b\",\"vote\":\"MAYBE\"}]} | branches[0].vote",
                "{\"timeoutMillis\":\"soon\"}                 | timeoutMillis",
                "{\"timeoutMillis\":-1}                       | timeoutMillis",
                "{\"reply\":\"LATER\"}                        | reply",
                "{\"labels\":{\"a b\":\"x\"}}                 | labels",
                "{\"labels\":{\"a\":\"nul \\u0000\"}}         | labels.a",
            })
    void aBodyThatIsNotAsDocumentedNamesTheField(String body, String field) {
        Reply reply = coordinator.post(path(gtrid, "commit"), body);

        assertProblem(reply, ErrorCode.MALFORMED);
        assertThat(reply.json().string("field")).isEqualTo(field);
        assertProblem(coordinator.get(path(gtrid, "")), ErrorCode.UNKNOWN_TRANSACTION);
    }

    @Test
    void aBranchListedTwiceIsRefused() {
        String branch = prepared(participant, Bqual.mint());

        Reply reply = coordinator.post(path(gtrid, "commit"), commitOf(branch, branch));

        assertProblem(reply, ErrorCode.MALFORMED);
        assertThat(reply.json().string("field")).isEqualTo("branches[1]");
    }

    @Test
    void anOriginThatIsNotAllowedIsNamedWithTheSetting() {
        String branch = "{\"participant\":\"http://169.254.169.254/latest\",\"bqual\":\"b\",\"inquires\":true}";

        for (String action : new String[] {"commit", "rollback", "branches"}) {
            Reply reply = coordinator.post(path(gtrid, action), "{\"branches\":[" + branch + "]}");
            assertProblem(reply, ErrorCode.NOT_ALLOWED);
            assertThat(reply.json().string("detail")).contains("http://169.254.169.254:80");
            assertThat(reply.json().string("remedy")).contains("assent.allowed-origins");
        }
    }

    @Test
    void aDeadlineOverTheMaximumIsRefused() {
        Reply reply = coordinator.post(path(gtrid, "commit"), "{\"branches\":[],\"timeoutMillis\":600001}");

        assertProblem(reply, ErrorCode.NOT_ALLOWED);
        assertThat(reply.json().string("field")).isEqualTo("timeoutMillis");
        assertProblem(coordinator.post("/v1/transactions", "{\"timeoutMillis\":600001}"), ErrorCode.NOT_ALLOWED);
    }

    @Test
    void anIdFromTheFutureCanBeRolledBackButNotCommitted() {
        Gtrid future =
                Gtrid.mint(System.currentTimeMillis() + Duration.ofHours(49).toMillis(), 1, 1);

        assertProblem(coordinator.post(path(future, "commit"), "{\"branches\":[]}"), ErrorCode.NOT_ALLOWED);
        assertThat(coordinator.post(path(future, "rollback"), "").status()).isEqualTo(200);
    }

    @Test
    void tooManyBranchesAreRefusedWithTheLimit() {
        String many = IntStream.range(0, 129)
                .mapToObj(i -> prepared(participant, new Bqual("b" + i)))
                .collect(Collectors.joining(","));

        Reply reply = coordinator.post(path(gtrid, "commit"), "{\"branches\":[" + many + "]}");

        assertProblem(reply, ErrorCode.TOO_LARGE);
        assertThat(reply.json().string("detail")).contains("128");
    }

    /** Fewer than that may be rolled back, though not committed. */
    @Test
    void farTooManyBranchesAreRefusedARollbackToo() throws Exception {
        try (TestCoordinator roomy = TestCoordinator.start()) {
            List<String> branches = IntStream.range(0, 4097)
                    .mapToObj(i -> prepared(participant, new Bqual("b" + i)))
                    .toList();
            String most = "{\"branches\":[" + String.join(",", branches.subList(1, 4097)) + "]}";
            String more = "{\"branches\":[" + String.join(",", branches) + "]}";

            assertProblem(roomy.post(path(gtrid, "rollback"), more), ErrorCode.TOO_LARGE);
            assertProblem(roomy.get(path(gtrid, "")), ErrorCode.UNKNOWN_TRANSACTION);
            assertThat(roomy.post(path(gtrid, "rollback"), most).status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        Reply reply = coordinator.post(path(gtrid, "commit"), "{\"branches\":[" + " ".repeat(20_001) + "]}");

        assertProblem(reply, ErrorCode.TOO_LARGE);
        assertThat(reply.json().string("remedy")).contains("assent.http.body-bytes-max");
    }

    @Test
    void aPathThatIsNotThereIsAProblemToo() {
        Reply reply = coordinator.get("/v1/nothing");

        assertProblem(reply, ErrorCode.NOT_FOUND);
        assertThat(reply.header("Assent-Protocol")).isEqualTo("1");
    }

    @Test
    void aMethodThatIsNotThereIsAProblemToo() {
        assertProblem(coordinator.send(coordinator.request("/v1/inquiries").DELETE()), ErrorCode.METHOD_NOT_ALLOWED);
    }

    @Test
    void aBodyThatIsNotJsonIsAProblemToo() {
        Reply reply = coordinator.send(coordinator
                .request(path(gtrid, "commit"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));

        assertProblem(reply, ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }

    /** What a request accepts says what a reply may be, not what it is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;q=0.5",
                "application/json; charset=none; by=anybody",
                "application/json;q=0.9, */*;q=0.1"
            })
    void parametersOfWhatIsAcceptedDoNotComeBack(String accepted) {
        coordinator.post(path(gtrid, "rollback"), "");
        for (String path : List.of(
                "/v1/info", "/v1/ring", "/v1/transactions", "/v1/heuristics", path(gtrid, ""), "/health/liveness")) {
            Reply reply = coordinator.send(
                    coordinator.request(path).header("Accept", accepted).GET());
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.header("Content-Type")).as(path).isEqualTo("application/json");
        }
        for (String path : List.of("/v1/transactions", path(Gtrid.mint(), "rollback"))) {
            Reply reply = coordinator.post(path, "{}", "Accept", accepted);
            assertThat(reply.status()).as(path).isBetween(200, 201);
            assertThat(reply.header("Content-Type")).as(path).isEqualTo("application/json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/transactions?limit=1&limit=2,limit",
        "/v1/transactions?limit=0,limit",
        "/v1/transactions?limit=201,limit",
        "/v1/heuristics?limit=0,limit",
        "/v1/transactions?order=up,order",
        "/v1/transactions?state=DONE,state",
        "/v1/transactions?label=x,label",
        "/v1/transactions?inDoubt=yes,inDoubt",
        "/v1/transactions?cursor=%00nonsense,cursor",
        "/v1/heuristics?limit=x,limit",
    })
    void aParameterThatCantBeNamesItself(String path, String field) {
        Reply reply = coordinator.get(path);

        assertProblem(reply, ErrorCode.MALFORMED);
        assertThat(reply.json().string("field")).isEqualTo(field);
    }

    @Test
    void tooLongAWaitIsRefused() {
        Reply reply = coordinator.get(path(gtrid, "?wait=30001").replace("/?", "?"));

        assertProblem(reply, ErrorCode.MALFORMED);
        assertThat(reply.json().string("field")).isEqualTo("wait");
    }
}
