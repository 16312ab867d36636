package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static io.assent.coordinator.adapter.http.ApiFixture.unasked;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.CommitsJson;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several commits in one request: each is answered as if it were alone, and by itself. */
@Timeout(60)
class CommitsApiTest {

    private static final String PATH = "/v1/commits";

    private static TestCoordinator coordinator;
    private static TestParticipant obedient;

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start("assent.engine.vote-patience", "1s", "assent.engine.undecided-max", "120");
        obedient = TestParticipant.obedient();
    }

    @AfterAll
    static void stop() {
        coordinator.close();
        obedient.close();
    }

    @Test
    void eachIsAnsweredAsARequestOfItsOwnWouldBe() {
        List<Gtrid> gtrids = mint(100);
        Reply reply = coordinator.post(
                PATH,
                commits(gtrids.stream()
                        .map(gtrid -> named(gtrid, commitOf(prepared(obedient, Bqual.mint()))))
                        .toList()));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).startsWith(CommitsJson.LINES_MEDIA_TYPE);
        assertThat(reply.header("Assent-Ring")).isNotEmpty();
        assertThat(reply.header("Assent-Protocol")).isEqualTo("1");
        Map<Gtrid, CommitsJson.Line> lines = lines(reply);
        assertThat(lines.keySet()).containsExactlyInAnyOrderElementsOf(gtrids);
        assertThat(lines.values()).allSatisfy(line -> {
            assertThat(line.status()).isEqualTo(200);
            assertThat(line.body().string("gtrid")).isEqualTo(line.gtrid().toString());
            assertThat(line.body().string("decision")).isEqualTo("COMMIT");
            assertThat(line.body().string("applied")).isEqualTo("YES");
        });
    }

    @Test
    void whatIsWrongWithOneIsSaidOfThatOne() {
        List<Gtrid> gtrids = mint(7);
        Gtrid future =
                Gtrid.mint(System.currentTimeMillis() + Duration.ofDays(30).toMillis());
        Bqual bqual = Bqual.mint();
        coordinator.post(path(gtrids.get(1), "commit"), commitOf(prepared(obedient, bqual)));
        coordinator.post(path(gtrids.get(6), "rollback"), "");

        Map<Gtrid, CommitsJson.Line> lines = lines(coordinator.post(
                PATH,
                commits(List.of(
                        named(gtrids.get(0), commitOf(prepared(obedient, Bqual.mint()))),
                        named(gtrids.get(1), commitOf(prepared(obedient, Bqual.mint()))),
                        named(gtrids.get(2), "{\"branches\":7}"),
                        named(gtrids.get(3), commitOf(prepared(obedient, bqual), prepared(obedient, bqual))),
                        named(gtrids.get(4), "{\"branches\":[],\"timeoutMillis\":99999999}"),
                        named(gtrids.get(5), "{\"timeoutMillis\":1000}"),
                        named(gtrids.get(6), commitOf(prepared(obedient, Bqual.mint()))),
                        named(future, commitOf(prepared(obedient, Bqual.mint())))))));

        assertThat(lines).hasSize(8);
        assertThat(about(gtrids.get(0), lines).body().string("decision")).isEqualTo("COMMIT");
        assertProblemLine(about(gtrids.get(1), lines), ErrorCode.LIST_MISMATCH);
        assertThat(about(gtrids.get(1), lines).body().objects("decided")).hasSize(1);
        assertProblemLine(about(gtrids.get(2), lines), ErrorCode.MALFORMED);
        assertProblemLine(about(gtrids.get(3), lines), ErrorCode.MALFORMED);
        assertProblemLine(about(gtrids.get(4), lines), ErrorCode.NOT_ALLOWED);
        assertProblemLine(about(gtrids.get(5), lines), ErrorCode.MALFORMED);
        assertThat(about(gtrids.get(6), lines).status()).isEqualTo(200);
        assertThat(about(gtrids.get(6), lines).body().string("decision")).isEqualTo("ABORT");
        assertProblemLine(about(future, lines), ErrorCode.NOT_ALLOWED);
    }

    @Test
    void rollbacksAmongCommitsAreAnsweredAsRequestsOfTheirOwnWouldBe() {
        List<Gtrid> gtrids = mint(5);
        Bqual committed = Bqual.mint();
        coordinator.post(path(gtrids.get(1), "commit"), commitOf(prepared(obedient, committed)));

        Map<Gtrid, CommitsJson.Line> lines = lines(coordinator.post(
                PATH,
                requests(
                        List.of(named(gtrids.get(0), commitOf(prepared(obedient, Bqual.mint())))),
                        List.of(
                                named(gtrids.get(1), rollbackOf(prepared(obedient, committed))),
                                named(gtrids.get(2), rollbackOf(prepared(obedient, Bqual.mint()))),
                                named(gtrids.get(3), "{\"reason\":\"nothing was done\"}"),
                                named(gtrids.get(4), "{\"branches\":[],\"timeoutMillis\":1}")))));

        assertThat(lines).hasSize(5);
        assertThat(about(gtrids.get(0), lines).body().string("decision")).isEqualTo("COMMIT");
        assertProblemLine(about(gtrids.get(1), lines), ErrorCode.ALREADY_COMMITTED);
        assertThat(about(gtrids.get(2), lines).status()).isEqualTo(200);
        assertThat(about(gtrids.get(2), lines).body().string("decision")).isEqualTo("ABORT");
        assertThat(about(gtrids.get(2), lines).body().object("reason").string("detail"))
                .isEqualTo("customer left");
        assertProblemLine(about(gtrids.get(3), lines), ErrorCode.MALFORMED);
        assertThat(about(gtrids.get(3), lines).body().string("field")).isEqualTo("branches");
        assertProblemLine(about(gtrids.get(4), lines), ErrorCode.MALFORMED);
        assertThat(about(gtrids.get(4), lines).body().string("field")).isEqualTo("rollbacks[3].body.timeoutMillis");
    }

    @Test
    void rollbacksAloneAreCarriedOutToo() {
        List<Gtrid> gtrids = mint(20);
        Reply reply = coordinator.post(
                PATH,
                "{\"rollbacks\":["
                        + gtrids.stream()
                                .map(gtrid -> named(gtrid, rollbackOf(prepared(obedient, Bqual.mint()))))
                                .collect(Collectors.joining(","))
                        + "]}");

        assertThat(lines(reply).keySet()).containsExactlyInAnyOrderElementsOf(gtrids);
        gtrids.forEach(
                gtrid -> assertThat(coordinator.get(path(gtrid, "")).json().string("decision"))
                        .isEqualTo("ABORT"));
    }

    @Test
    void theLimitOfTransactionsInFlightCountsEachOfThem() {
        CountDownLatch release = new CountDownLatch(1);
        try (TestParticipant hanging = new TestParticipant((exchange, instructions) -> {
            awaitQuietly(release);
            TestParticipant.obey(exchange, instructions);
        })) {
            Reply reply = coordinator.post(
                    PATH,
                    commits(mint(150).stream()
                            .map(gtrid -> named(gtrid, commitOf(unasked(hanging, Bqual.mint()))))
                            .toList()));
            release.countDown();

            List<CommitsJson.Line> refused = lines(reply).values().stream()
                    .filter(line -> line.status() == 503)
                    .toList();
            assertThat(refused).hasSize(30).allSatisfy(line -> {
                assertProblemLine(line, ErrorCode.OVERLOADED);
                assertThat(line.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            });
        }
    }

    @Test
    void aSlowBranchHoldsUpNobodyElse() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Gtrid slow = Gtrid.mint();
        List<Gtrid> fast = mint(5);
        try (TestParticipant hanging = new TestParticipant((exchange, instructions) -> {
            awaitQuietly(release);
            TestParticipant.obey(exchange, instructions);
        })) {
            List<String> commits = new ArrayList<>();
            commits.add(named(slow, commitOf(unasked(hanging, Bqual.mint()))));
            fast.forEach(gtrid -> commits.add(named(gtrid, commitOf(prepared(obedient, Bqual.mint())))));

            try (BufferedReader reply = streamed(commits(commits))) {
                List<Gtrid> first = new ArrayList<>();
                while (first.size() < fast.size()) {
                    String line = reply.readLine();
                    if (!line.isEmpty()) {
                        first.add(line(line).gtrid());
                    }
                }
                assertThat(first).containsExactlyInAnyOrderElementsOf(fast);
                release.countDown();
                assertThat(line(reply.readLine()).gtrid()).isEqualTo(slow);
                assertThat(reply.readLine()).isNull();
            }
        }
    }

    @Test
    void aDecisionIsSignalledBeforeItIsApplied() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (TestParticipant hanging = new TestParticipant((exchange, instructions) -> {
                    awaitQuietly(release);
                    TestParticipant.obey(exchange, instructions);
                });
                BufferedReader reply = streamed(commits(mint(2).stream()
                        .map(gtrid -> named(gtrid, commitOf(prepared(hanging, Bqual.mint()))))
                        .toList()))) {
            assertThat(reply.readLine()).as("while no branch has confirmed").isEmpty();
            release.countDown();
            assertThat(line(reply.readLine()).body().string("applied")).isEqualTo("YES");
        }
    }

    @Test
    void aDecisionIsNotSignalledBeforeAnAnswerThatIsExpectedSoon() throws Exception {
        CountDownLatch firstLineRead = new CountDownLatch(1);
        try (TestCoordinator patient = TestCoordinator.start(
                        "assent.gateway.request-timeout", "20s", "assent.gateway.prompt-max", "20s");
                TestParticipant prompt = new TestParticipant((exchange, instructions) -> {
                    awaitQuietly(firstLineRead);
                    TestParticipant.obey(exchange, instructions);
                })) {
            try (BufferedReader reply = streamed(patient, oneCommit(prompt))) {
                assertThat(reply.readLine()).as("nothing is known of it").isEmpty();
                firstLineRead.countDown();
                assertThat(line(reply.readLine()).body().string("applied")).isEqualTo("YES");
            }
            try (BufferedReader reply = streamed(patient, oneCommit(prompt))) {
                assertThat(line(reply.readLine()).body().string("applied")).isEqualTo("YES");
                assertThat(reply.readLine()).isNull();
            }
        }
    }

    @Test
    void whoDoesNotAnswerAsExpectedHoldsNobodyForLong() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        try (TestParticipant participant = new TestParticipant((exchange, instructions) -> {
            if (hangs.get()) {
                awaitQuietly(release);
            }
            TestParticipant.obey(exchange, instructions);
        })) {
            ApiFixture.await(
                    "a reply is quick enough",
                    () -> !firstLine(oneCommit(participant)).isEmpty());
            hangs.set(true);

            assertThat(firstLine(oneCommit(participant))).isEmpty();
            release.countDown();
        }
    }

    private static String oneCommit(TestParticipant participant) {
        return commits(List.of(named(Gtrid.mint(), commitOf(prepared(participant, Bqual.mint())))));
    }

    private static String firstLine(String body) {
        try (BufferedReader reply = streamed(body)) {
            return Objects.requireNonNull(reply.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoeverHangsUpLosesTheAnswersAndNotTheTransactions() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Gtrid> gtrids = mint(3);
        try (TestParticipant hanging = new TestParticipant((exchange, instructions) -> {
            awaitQuietly(release);
            TestParticipant.obey(exchange, instructions);
        })) {
            try (BufferedReader reply = streamed(commits(gtrids.stream()
                    .map(gtrid -> named(gtrid, commitOf(prepared(hanging, Bqual.mint()))))
                    .toList()))) {
                assertThat(reply.readLine()).isEmpty();
            }
            release.countDown();
            gtrids.forEach(gtrid -> ApiFixture.await(
                    "it is applied",
                    () -> coordinator.get(path(gtrid, "")).text().contains("\"state\":\"COMMITTED\"")));
        }
    }

    @ParameterizedTest
    @CsvSource({"201,0,commits", "101,100,rollbacks", "0,201,rollbacks"})
    void tooManyAreRefusedTogether(int commits, int rollbacks, String field) {
        List<String> bodies = mint(commits + rollbacks).stream()
                .map(gtrid -> named(gtrid, "{\"branches\":[]}"))
                .toList();

        Reply reply =
                coordinator.post(PATH, requests(bodies.subList(0, commits), bodies.subList(commits, bodies.size())));

        assertProblem(reply, ErrorCode.MALFORMED);
        assertThat(reply.json().string("field")).isEqualTo(field);
    }

    @Test
    void whatIsNoListOfCommitsIsRefusedTogether() {
        Gtrid gtrid = Gtrid.mint();
        String one = named(gtrid, "{\"branches\":[]}");
        assertProblem(coordinator.post(PATH, commits(List.of(one, one))), ErrorCode.MALFORMED);
        assertProblem(coordinator.post(PATH, "{\"commits\":[{\"gtrid\":\"x\",\"body\":{}}]}"), ErrorCode.MALFORMED);
        assertProblem(coordinator.post(PATH, "{\"commits\":[7]}"), ErrorCode.MALFORMED);
        assertProblem(coordinator.post(PATH, requests(List.of(one), List.of(one))), ErrorCode.MALFORMED);
        assertProblem(coordinator.post(PATH, "{\"rollbacks\":7}"), ErrorCode.MALFORMED);
        assertProblem(coordinator.post(PATH, "{}"), ErrorCode.MALFORMED);
        assertProblem(coordinator.post(PATH, ""), ErrorCode.MALFORMED);
        assertThat(coordinator.get(path(gtrid, "")).status())
                .as("of what was refused")
                .isEqualTo(404);
    }

    @Test
    void noCommitsAtAllAreNoAnswers() {
        Reply reply = coordinator.post(PATH, "{\"commits\":[]}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEmpty();
    }

    @Test
    void onceItShutsDownEachNewOneIsRefused() {
        try (TestCoordinator closing = TestCoordinator.start()) {
            closing.drain();

            Map<Gtrid, CommitsJson.Line> lines =
                    lines(closing.post(PATH, commits(List.of(named(Gtrid.mint(), "{\"branches\":[]}")))));

            assertThat(lines.values()).hasSize(1).allSatisfy(line -> assertProblemLine(line, ErrorCode.SHUTTING_DOWN));
        }
    }

    private static List<Gtrid> mint(int count) {
        return IntStream.range(0, count).mapToObj(_ -> Gtrid.mint()).toList();
    }

    private static String named(Gtrid gtrid, String body) {
        return "{\"gtrid\":\"" + gtrid + "\",\"body\":" + body + "}";
    }

    private static String rollbackOf(String branch) {
        return "{\"branches\":[" + branch + "],\"reason\":\"customer left\"}";
    }

    private static String commits(List<String> commits) {
        return "{\"commits\":[" + String.join(",", commits) + "]}";
    }

    private static String requests(List<String> commits, List<String> rollbacks) {
        return "{\"commits\":[" + String.join(",", commits) + "],\"rollbacks\":[" + String.join(",", rollbacks) + "]}";
    }

    private static Map<Gtrid, CommitsJson.Line> lines(Reply reply) {
        assertThat(reply.text()).endsWith("\n");
        return Arrays.stream(reply.text().split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(CommitsApiTest::line)
                .collect(toMap(CommitsJson.Line::gtrid, line -> line));
    }

    private static CommitsJson.Line about(Gtrid gtrid, Map<Gtrid, CommitsJson.Line> lines) {
        return Objects.requireNonNull(lines.get(gtrid));
    }

    private static CommitsJson.Line line(String line) {
        return CommitsJson.readLine(line.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertProblemLine(CommitsJson.Line line, ErrorCode code) {
        assertThat(line.body().string("code")).isEqualTo(code.name());
        assertThat(line.status()).isEqualTo(code.status());
    }

    private static BufferedReader streamed(String body) throws IOException, InterruptedException {
        return streamed(coordinator, body);
    }

    private static BufferedReader streamed(TestCoordinator asked, String body)
            throws IOException, InterruptedException {
        HttpRequest request = asked.request(PATH)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8));
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
