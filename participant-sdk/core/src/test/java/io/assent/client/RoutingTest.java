package io.assent.client;

import static io.assent.HttpStandIn.coordinator;
import static io.assent.HttpStandIn.drop;
import static io.assent.HttpStandIn.problem;
import static io.assent.HttpStandIn.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.HttpStandIn;
import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.api.RollbackRequest;
import io.assent.postgres.Eventually;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go when the ring is known, and when replicas of it fail. Time stands still unless a test moves it. */
@Timeout(60)
final class RoutingTest {

    private final HttpStandIn a = new HttpStandIn(coordinator());
    private final HttpStandIn b = new HttpStandIn(coordinator());
    private final HttpStandIn c = new HttpStandIn(coordinator());
    private final List<HttpStandIn> replicas = List.of(a, b, c);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final HttpClient http = ClientSettings.http(Duration.ofSeconds(2));

    RoutingTest() {
        tellRing(Rings.V1, a, b, c);
    }

    @AfterEach
    void close() {
        replicas.forEach(HttpStandIn::close);
    }

    @Test
    void sendsEachTransactionToItsOwner() {
        CoordinatorClient client = client(order(a.url()));
        List<Gtrid> gtrids = Rings.minted(60);
        gtrids.forEach(gtrid -> assertCommits(client, gtrid));

        for (int member = 0; member < 3; member++) {
            int owner = member;
            assertThat(replicas.get(member).received())
                    .extracting(HttpStandIn.Received::gtrid)
                    .containsExactlyElementsOf(gtrids.stream()
                            .filter(gtrid -> Ring.slot(gtrid) % 3 == owner)
                            .toList());
        }
    }

    @Test
    void sendsWhatItBeginsToOneReplicaAndToAnotherOnceThatOneHasLeft() {
        RingOrder order = order(a.url());
        CoordinatorClient client = client(order);
        assertCommits(client, client.mint());
        URI home = homeOf(client, order);
        HttpStandIn first = replicas.stream()
                .filter(replica -> uri(replica).equals(home))
                .findFirst()
                .orElseThrow();
        List<HttpStandIn> others =
                replicas.stream().filter(replica -> replica != first).toList();
        int before = first.received().size();
        IntStream.range(0, 40).forEach(i -> assertCommits(client, client.mint()));
        assertThat(first.received()).hasSize(before + 40);

        nanos.addAndGet(FetchPace.INTERVAL_MAX.toNanos());
        tellRing(Rings.V2, others.toArray(HttpStandIn[]::new));
        order.ring(Rings.V2);
        Eventually.true_("the other ring is known", () -> !homeOf(client, order).equals(home));
        IntStream.range(0, 40).forEach(i -> assertCommits(client, client.mint()));
        assertThat(first.received()).hasSize(before + 40);
        assertThat(others)
                .extracting(replica -> replica.received().size() >= 40)
                .as("one of them got all")
                .containsOnlyOnce(true);
    }

    @Test
    void letsAnotherReplicaHelpWhileMuchIsUnderWay() {
        RingOrder order = order(a.url());
        CoordinatorClient client = client(order);
        assertCommits(client, client.mint());
        URI home = homeOf(client, order);
        replicas.forEach(replica -> replica.from(replica.hang()));
        List<Thread> waiting = IntStream.range(0, HomeReplicas.COMPLETIONS_PER_HOME)
                .mapToObj(i -> new Thread(() -> {
                    if (i % 2 == 0) {
                        client.commit(Gtrid.mint(), request(), () -> Duration.ofSeconds(9), Duration.ofSeconds(20));
                    } else {
                        client.rollback(
                                Gtrid.mint(), new RollbackRequest(List.of(), "", Map.of()), Duration.ofSeconds(20));
                    }
                }))
                .toList();
        waiting.forEach(Thread::start);
        Eventually.true_("another one owns some", () -> !homeOf(client, order).equals(home));
        waiting.forEach(Thread::interrupt);
        Eventually.true_(
                "all is as before",
                () -> IntStream.range(0, 9).allMatch(i -> homeOf(client, order).equals(home)));
    }

    @Test
    void mintsIdsWhileNoRingIsKnownAndAsksNobodyForOne() {
        CoordinatorClient client = client(order(a.url()));
        assertThat(client.mint()).isNotEqualTo(client.mint());
        assertThat(replicas).allMatch(replica -> replica.ringRequests().isEmpty());
    }

    @Test
    void ordersOwnerSuccessorOthersAndThenSeeds() throws IOException {
        String seed = dead();
        RingOrder order = order(seed, a.url());
        assertThat(order.forTransaction(Rings.ownedBy(1, 3))).containsExactly(uri(b), uri(c), uri(a), URI.create(seed));
    }

    @Test
    void sendsTheSameRequestToTheSuccessorAtOnceWhenTheOwnerIsSilent() {
        b.from(drop());
        assertCommits(client(order(a.url())), Rings.ownedBy(1, 3));

        CommitRequest lost = b.received().get(0).commit();
        CommitRequest answered = c.received().get(0).commit();
        assertThat(c.received().get(0).path()).isEqualTo(b.received().get(0).path());
        assertThat(answered.branches()).isEqualTo(lost.branches());
        assertThat(answered.labels()).isEqualTo(lost.labels());
        assertThat(a.received()).isEmpty();
    }

    @Test
    void passesOverAnOwnerThatWasSilentUntilOneRequestFindsItBack() {
        RingOrder order = order(a.url());
        CoordinatorClient client = client(order);
        b.from(drop());
        assertCommits(client, Rings.ownedBy(1, 3));
        assertCommits(client, Rings.ownedBy(1, 3));
        assertThat(b.received()).hasSize(1);
        assertThat(c.received()).hasSize(2);

        b.from(coordinator());
        nanos.addAndGet(Suspects.SUSPECTED_FOR.toNanos() - 1);
        assertThat(firstFor(order, 1)).isEqualTo(uri(c));
        nanos.addAndGet(1);
        assertThat(firstFor(order, 1)).isEqualTo(uri(b));
        assertThat(firstFor(order, 1)).as("while it is being found out").isEqualTo(uri(c));
        nanos.addAndGet(Suspects.PROBE_MAX.toNanos());
        assertCommits(client, Rings.ownedBy(1, 3));
        assertThat(b.received()).hasSize(2);
        assertThat(firstFor(order, 1)).isEqualTo(uri(b));
    }

    @Test
    void passesOverAnOwnerThatHangs() {
        CoordinatorClient client = new CoordinatorClient(
                settings(Duration.ofMillis(300), a.url()),
                new RingOrder(settings(Duration.ofMillis(300), a.url()), nanos::get, Rings.PATIENT, Rings.homes()));
        b.from(b.hang());
        assertCommits(client, Rings.ownedBy(1, 3));
        assertCommits(client, Rings.ownedBy(1, 3));
        assertThat(b.received()).hasSize(1);
        assertThat(c.received()).hasSize(2);
    }

    @Test
    void doesNotBlameAReplicaForTheImpatienceOfACaller() {
        RingOrder order = order(a.url());
        CoordinatorClient client = client(order);
        assertCommits(client, Rings.ownedBy(0, 3));
        b.from(b.hang());
        assertThat(client.commit(Rings.ownedBy(1, 3), request(), () -> Duration.ofSeconds(9), Duration.ofMillis(150)))
                .isInstanceOf(OutcomeAnswer.Unknown.class);
        assertThat(firstFor(order, 1)).isEqualTo(uri(b));
    }

    @Test
    void goesOnAskingAnOwnerThatIsOnlyBusy() {
        RingOrder order = order(a.url());
        b.first(problem(503, "OVERLOADED"));
        assertCommits(client(order), Rings.ownedBy(1, 3));
        assertThat(c.received()).hasSize(1);
        assertThat(firstFor(order, 1)).isEqualTo(uri(b));
    }

    @Test
    void passesOverAnOwnerThatCannotDecide() {
        RingOrder order = order(a.url());
        b.first(problem(503, "LOG_UNAVAILABLE"));
        assertCommits(client(order), Rings.ownedBy(1, 3));
        assertThat(firstFor(order, 1)).isEqualTo(uri(c));
    }

    @Test
    void asksASeedWhenAllMembersAreDead() throws IOException {
        HttpStandIn seed = new HttpStandIn(coordinator());
        seed.ring(reply(200, Rings.json(Rings.V1, dead(), dead(), dead())));
        CoordinatorClient client = client(order(seed.url()));
        for (Gtrid gtrid : Rings.minted(9)) {
            assertCommits(client, gtrid);
        }
        assertThat(seed.received()).hasSize(9);
        seed.close();
    }

    @Test
    void repeatsARequestWithItsBodyWhereARedirectLeads() {
        Gtrid gtrid = Rings.ownedBy(1, 3);
        String path = "/v1/transactions/" + gtrid + "/commit";
        b.first(reply(307, "", "Location", "/elsewhere" + path)).first((request, exchange) -> {
            assertThat(request.path()).startsWith("/elsewhere");
            reply(308, "", "Location", a.url() + path).handle(request, exchange);
        });
        RingOrder order = order(a.url());
        assertCommits(client(order), gtrid);

        assertThat(b.received()).hasSize(2);
        assertThat(a.received()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.body()).isEqualTo(b.received().get(0).body());
        });
        assertThat(c.received()).isEmpty();
        assertThat(order.forTransaction(gtrid).get(0)).isEqualTo(uri(b));
        assertThat(order.forAny().get(0)).as("who answered").isEqualTo(uri(a));
    }

    @Test
    void takesARedirectLoopForNoAnswer() {
        a.from((request, exchange) ->
                reply(307, "", "Location", b.url() + request.path()).handle(request, exchange));
        b.from((request, exchange) ->
                reply(307, "", "Location", a.url() + request.path()).handle(request, exchange));
        assertCommits(client(order(a.url())), Rings.ownedBy(1, 3));
        assertThat(a.received()).hasSize(2);
        assertThat(b.received()).hasSize(2);
        assertThat(c.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://127.0.0.1/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http:", "::", "//"})
    void followsNoRedirectToWhereNoRequestMayGo(String location) {
        b.from(reply(307, "", "Location", location));
        assertCommits(client(order(a.url())), Rings.ownedBy(1, 3));
        assertThat(b.received()).hasSize(1);
        assertThat(c.received()).hasSize(1);
    }

    @Test
    void blamesTheReplicaThatARedirectLedTo() {
        b.first((request, exchange) ->
                reply(307, "", "Location", a.url() + request.path()).handle(request, exchange));
        a.first(drop());
        RingOrder order = order(a.url());
        assertCommits(client(order), Rings.ownedBy(1, 3));
        assertThat(firstFor(order, 0)).isEqualTo(uri(b));
        assertThat(firstFor(order, 1)).isEqualTo(uri(b));
    }

    @Test
    void asksForManyTransactionsWhereTheLastAnswerCameFrom() {
        CoordinatorClient client = client(order(a.url()));
        assertCommits(client, Rings.ownedBy(2, 3));
        Gtrid gtrid = Gtrid.mint();
        c.from((request, exchange) -> {
            List<Inquiry> inquiries = InquiryJson.readInquiries(request.body().getBytes(StandardCharsets.UTF_8));
            Inquiry.Answer answer = new Inquiry.Answer(gtrid, inquiries.get(0).bqual(), Inquiry.Verdict.COMMIT);
            reply(200, new String(InquiryJson.writeAnswers(List.of(answer)), StandardCharsets.UTF_8))
                    .handle(request, exchange);
        });
        Inquiry inquiry = new Inquiry(gtrid, io.assent.api.Bqual.mint(), Inquiry.Deadline.PASSED);
        assertThat(client.inquire(List.of(inquiry))).hasSize(1);
        assertThat(a.received()).isEmpty();
        assertThat(b.received()).isEmpty();
    }

    private static URI homeOf(CoordinatorClient client, RingOrder order) {
        return order.forTransaction(client.mint()).get(0);
    }

    private URI firstFor(RingOrder order, int owner) {
        return order.forTransaction(Rings.ownedBy(owner, 3)).get(0);
    }

    private RingOrder order(String... seeds) {
        return new RingOrder(settings(Duration.ofSeconds(30), seeds), nanos::get, Rings.PATIENT, Rings.homes());
    }

    private CoordinatorClient client(RingOrder order) {
        return new CoordinatorClient(settings(Duration.ofSeconds(30), a.url()), order);
    }

    /** A delay between rounds that no test survives: what follows another replica's failure follows at once. */
    private ClientSettings settings(Duration requestTimeout, String... seeds) {
        RetryDelays delays = new RetryDelays(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);
        return new ClientSettings(ClientSettings.replicas(Arrays.asList(seeds)), http, requestTimeout, delays);
    }

    private void tellRing(String version, HttpStandIn... members) {
        String[] urls = Arrays.stream(members).map(HttpStandIn::url).toArray(String[]::new);
        replicas.forEach(replica -> replica.ring(reply(200, Rings.json(version, urls))));
    }

    private static void assertCommits(CoordinatorClient client, Gtrid gtrid) {
        assertThat(client.commit(gtrid, request(), () -> Duration.ofSeconds(9), Duration.ofSeconds(40)))
                .isInstanceOf(OutcomeAnswer.Known.class);
    }

    private static CommitRequest request() {
        return new CommitRequest(
                List.of(),
                Duration.ofSeconds(9),
                CommitRequest.Reply.DECIDED,
                Duration.ZERO,
                Map.of("payment", "p-17"));
    }

    private static URI uri(HttpStandIn replica) {
        return URI.create(replica.url());
    }

    static String dead() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}
