package io.assent.client;

import static io.assent.HttpStandIn.coordinator;
import static io.assent.HttpStandIn.problem;
import static io.assent.HttpStandIn.reply;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.assent.HttpStandIn;
import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.postgres.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** When the ring is fetched, from whom, and what is made of the answer. Time stands still unless a test moves it. */
@Timeout(60)
final class RingKeepingTest {

    private static final long LONG_NANOS = Duration.ofSeconds(10).toNanos();

    private final HttpStandIn a = new HttpStandIn(coordinator());
    private final HttpStandIn b = new HttpStandIn(coordinator());
    private final HttpStandIn c = new HttpStandIn(coordinator());
    private final AtomicLong nanos = new AtomicLong(-1);
    private final HttpClient http = ClientSettings.http(Duration.ofSeconds(2));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    RingKeepingTest() {
        a.ring(ring(Rings.V1, a, b));
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
        logger().setLevel(null);
        a.close();
        b.close();
        c.close();
    }

    @Test
    void knowsTheRingAtTheFirstTransactionAndAsksOnceForIt() {
        RingOrder order = order(a.url());
        assertThat(first(order, Rings.ownedBy(1, 2))).isEqualTo(uri(b));
        Rings.minted(20).forEach(order::forTransaction);
        assertThat(a.ringRequests()).hasSize(1);
    }

    @Test
    void startsWithDeadSeeds() throws Exception {
        RingOrder order = order(RoutingTest.dead(), RoutingTest.dead(), a.url());
        assertCommits(order, Rings.ownedBy(1, 2));
        assertThat(b.received()).hasSize(1);
    }

    @Test
    void doesNotWaitForASeedThatHangs() {
        c.ring(c.hang());
        c.from(c.hang());
        RingOrder order = order(c.url(), a.url());
        Rings.minted(10).forEach(gtrid -> assertCommits(order, gtrid));
        assertThat(c.received()).isEmpty();
        assertThat(c.ringRequests()).hasSize(1);
    }

    @Test
    void passesOverASeedThatHangsAlsoWhereThereAreNoRings() {
        c.ring(c.hang());
        c.from(c.hang());
        b.ring(reply(404, ""));
        RingKeeper.Waits waits = new RingKeeper.Waits(Duration.ofSeconds(30), RingFetch.REPLY_TIMEOUT);
        RingOrder order = new RingOrder(settings(c.url(), b.url()), nanos::get, waits, Rings.homes());
        Rings.minted(10).forEach(gtrid -> assertCommits(order, gtrid));
        assertThat(b.received()).hasSize(10);
        assertThat(c.received()).isEmpty();
    }

    @Test
    void doesNotWaitForARingThatStallsAndTakesItWhenItComes() {
        CountDownLatch told = new CountDownLatch(1);
        a.ring((request, exchange) -> {
            await(told);
            ring(Rings.V1, a, b).handle(request, exchange);
        });
        RingOrder order = new RingOrder(
                settings(a.url()),
                nanos::get,
                new RingKeeper.Waits(Duration.ofMillis(1), Duration.ofHours(1)),
                Rings.homes());
        assertCommits(order, Rings.ownedBy(1, 2));
        assertThat(a.received()).as("to the seed, without a ring").hasSize(1);
        told.countDown();
        Eventually.true_(
                "the ring has come", () -> first(order, Rings.ownedBy(1, 2)).equals(uri(b)));
    }

    @Test
    void usesTheSeedsAndSeldomAsksAgainWhereThereAreNoRings() {
        a.ring(reply(404, ""));
        RingOrder order = order(a.url(), b.url());
        Rings.minted(10).forEach(gtrid -> assertCommits(order, gtrid));
        assertThat(a.received()).hasSize(10);
        assertThat(a.ringRequests()).hasSize(1);

        nanos.addAndGet(FetchPace.NOT_SERVED_FOR.toNanos() - 1);
        order.forAny();
        order.failed(uri(b));
        order.answered(uri(b));
        order.answered(uri(a));
        assertThat(order.isSettled()).isTrue();
        assertThat(a.ringRequests()).hasSize(1);

        a.ring(ring(Rings.V1, a, b));
        nanos.addAndGet(1);
        order.forAny();
        Eventually.true_(
                "the ring is known", () -> first(order, Rings.ownedBy(1, 2)).equals(uri(b)));
        assertThat(a.ringRequests()).hasSize(2);
    }

    @Test
    void asksAtOnceWhenAReplicaTellsOfARingAfterAll() {
        a.ring(reply(404, ""));
        RingOrder order = order(a.url());
        order.forAny();
        nanos.addAndGet(FetchPace.INTERVAL_MAX.toNanos());
        a.ring(ring(Rings.V1, a, b));
        order.ring(Rings.V1);
        Eventually.true_(
                "the ring is known", () -> first(order, Rings.ownedBy(1, 2)).equals(uri(b)));
    }

    @Test
    void fetchesOnceHoweverManyRepliesTellOfAnotherRing() throws Exception {
        // A clock that leaps, so that it is not the pace which lets only one through.
        AtomicLong leaping = new AtomicLong();
        a.ring(ring(Rings.V1, a));
        RingOrder order = order(() -> leaping.addAndGet(LONG_NANOS), a.url());
        order.forAny();
        CountDownLatch allReplied = new CountDownLatch(1);
        a.ring((request, exchange) -> {
            await(allReplied);
            ring(Rings.V2, b, a).handle(request, exchange);
        });
        for (HttpStandIn replica : List.of(a, b)) {
            replica.from((request, exchange) -> {
                exchange.getResponseHeaders().set("Assent-Ring", Rings.V2);
                coordinator().handle(request, exchange);
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        commitManyAtOnce(threads, order);
        allReplied.countDown();
        Eventually.true_(
                "the new ring is known", () -> first(order, Rings.ownedBy(0, 2)).equals(uri(b)));
        commitManyAtOnce(threads, order);
        threads.shutdownNow();
        assertThat(a.ringRequests()).hasSize(2);
        assertThat(b.ringRequests()).isEmpty();
    }

    @Test
    void fetchesEverMoreSeldomWhileNothingNewComesOfIt() {
        RingOrder order = order(a.url());
        order.forAny();
        nanos.addAndGet(LONG_NANOS);
        long interval = FetchPace.INTERVAL_MIN.toNanos();
        for (int fetches = 2; fetches <= 7; fetches++) {
            tellUntilFetched(order, fetches);
            nanos.addAndGet(interval - 1);
            order.ring(Rings.V3);
            order.ring(Rings.V2);
            order.failed(uri(a));
            assertThat(order.isSettled()).isTrue();
            assertThat(a.ringRequests()).hasSize(fetches);
            nanos.addAndGet(1);
            interval = Math.min(2 * interval, FetchPace.INTERVAL_MAX.toNanos());
        }
    }

    @Test
    void fetchesEverMoreSeldomWhileReplicasDisagree() {
        logger().setLevel(Level.INFO);
        RingOrder order = order(a.url());
        order.forAny();
        nanos.addAndGet(LONG_NANOS);
        tell(order, Rings.V2, 2);
        long interval = FetchPace.INTERVAL_MIN.toNanos();
        nanos.addAndGet(interval);
        for (int fetches = 3; fetches <= 8; fetches++) {
            boolean odd = fetches % 2 == 1;
            tell(order, odd ? Rings.V1 : Rings.V2, fetches);
            nanos.addAndGet(interval - 1);
            order.ring(odd ? Rings.V2 : Rings.V1);
            assertThat(order.isSettled()).isTrue();
            assertThat(a.ringRequests()).hasSize(fetches);
            nanos.addAndGet(1);
            interval = Math.min(2 * interval, FetchPace.INTERVAL_MAX.toNanos());
        }
        assertThat(interval).isEqualTo(FetchPace.INTERVAL_MAX.toNanos());
        assertThat(log.list.stream().filter(event -> event.getLevel() == Level.INFO))
                .as("lines about two rings")
                .hasSize(2);
    }

    @Test
    void takesNoNoticeOfAVersionThatIsNone() {
        RingOrder order = order(a.url());
        order.forAny();
        nanos.addAndGet(LONG_NANOS);
        List.of("", "v2", Rings.V2 + "0", Rings.V2.toUpperCase(java.util.Locale.ROOT), "x".repeat(9999))
                .forEach(order::ring);
        order.ring(Rings.V1);
        assertThat(order.isSettled()).isTrue();
        assertThat(a.ringRequests()).hasSize(1);
    }

    @Test
    void fetchesTheRingAgainWhenAMemberDoesNotAnswer() {
        RingOrder order = order(a.url());
        order.forAny();
        nanos.addAndGet(LONG_NANOS);
        a.ring(ring(Rings.V2, a, c));
        order.failed(uri(b));
        Eventually.true_(
                "the new ring is known", () -> first(order, Rings.ownedBy(1, 2)).equals(uri(c)));
        assertThat(order.forTransaction(Gtrid.mint())).doesNotContain(uri(b));
    }

    @Test
    void asksAnotherReplicaForTheRingWhenTheFirstIsOfNoUse() {
        b.ring(problem(503, "SHUTTING_DOWN"));
        assertThat(first(order(b.url(), a.url()), Rings.ownedBy(1, 2))).isEqualTo(uri(b));
        assertThat(first(order(dropping(c), a.url()), Rings.ownedBy(1, 2))).isEqualTo(uri(b));
    }

    @Test
    void followsARedirectToTheRingButNoLoop() {
        b.ring(reply(307, "", "Location", a.uri("/v1/ring").toString()));
        assertThat(first(order(b.url()), Rings.ownedBy(1, 2))).isEqualTo(uri(b));

        c.ring(reply(307, "", "Location", b.uri("/v1/ring").toString()));
        b.ring(reply(308, "", "Location", c.uri("/v1/ring").toString()));
        int before = b.ringRequests().size();
        assertThat(first(order(c.url()), Rings.ownedBy(1, 2))).isEqualTo(uri(c));
        assertThat(c.ringRequests()).hasSize(2);
        assertThat(b.ringRequests()).hasSize(before + 2);
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void keepsTheRingItHasWhenWhatComesIsNone(String garbage) {
        RingOrder order = order(a.url());
        order.forAny();
        a.ring(reply(200, garbage));
        b.ring(reply(200, garbage));
        for (int fetches = 2; fetches <= 4; fetches++) {
            nanos.addAndGet(LONG_NANOS);
            int expected = fetches;
            tellUntilFetched(order, expected);
        }
        order.answered(uri(a));
        order.answered(uri(b));
        assertThat(first(order, Rings.ownedBy(0, 2))).isEqualTo(uri(a));
        assertThat(first(order, Rings.ownedBy(1, 2))).isEqualTo(uri(b));
        assertThat(log.list.stream().filter(event -> event.getLevel() == Level.WARN))
                .hasSizeLessThanOrEqualTo(1);
    }

    static List<String> garbage() {
        return List.of(
                "<html>welcome</html>",
                "{}",
                Rings.json(Rings.V2, "http://user@b"),
                Rings.json(Rings.V2, "http://b") + "}",
                Rings.json(Rings.V2, "http://b") + " ".repeat(RingFetch.REPLY_BYTES_MAX));
    }

    @Test
    void warnsOnceOfAMalformedRing() {
        a.ring(reply(200, "{}"));
        RingOrder order = order(a.url());
        order.forAny();
        for (int fetches = 2; fetches <= 4; fetches++) {
            nanos.addAndGet(LONG_NANOS);
            order.forAny();
            int expected = fetches;
            Eventually.true_("asked again", () -> a.ringRequests().size() == expected);
            awaitIdle(order, expected);
        }
        assertThat(log.list.stream().filter(event -> event.getLevel() == Level.WARN))
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("version", a.url()));
    }

    /** One replica has this ring, and a reply tells of it. */
    private void tell(RingOrder order, String version, int fetches) {
        a.ring(ring(version, a, b));
        order.ring(version);
        Eventually.true_("fetched", () -> a.ringRequests().size() == fetches);
        awaitIdle(order, fetches);
    }

    /** Tells of another ring until the fetch that follows has ended, which shows in the pace letting no other begin. */
    private void tellUntilFetched(RingOrder order, int fetches) {
        order.ring(Rings.V2);
        Eventually.true_(
                "fetched", () -> a.ringRequests().size() + b.ringRequests().size() >= fetches);
        awaitIdle(order, fetches);
    }

    private static void awaitIdle(RingOrder order, int fetches) {
        Eventually.true_("fetch " + fetches + " has ended", order::isSettled);
    }

    private RingOrder order(String... seeds) {
        return order(nanos::get, seeds);
    }

    private RingOrder order(LongSupplier clock, String... seeds) {
        return new RingOrder(settings(seeds), clock, Rings.PATIENT, Rings.homes());
    }

    private ClientSettings settings(String... seeds) {
        RetryDelays delays = new RetryDelays(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);
        return new ClientSettings(ClientSettings.replicas(Arrays.asList(seeds)), http, Duration.ofSeconds(50), delays);
    }

    private void commitManyAtOnce(ExecutorService threads, RingOrder order) throws Exception {
        Callable<Boolean> commit = () -> {
            assertCommits(order, Gtrid.mint());
            return true;
        };
        for (Future<Boolean> committed : threads.invokeAll(Collections.nCopies(32, commit))) {
            assertThat(committed.get()).isTrue();
        }
    }

    private void assertCommits(RingOrder order, Gtrid gtrid) {
        CommitRequest request = new CommitRequest(
                List.of(), Duration.ofSeconds(9), CommitRequest.Reply.DECIDED, Duration.ZERO, Map.of());
        assertThat(new CoordinatorClient(settings(a.url()), order)
                        .commit(gtrid, request, () -> Duration.ofSeconds(9), Duration.ofSeconds(50)))
                .isInstanceOf(OutcomeAnswer.Known.class);
    }

    private static HttpStandIn.Behaviour ring(String version, HttpStandIn... members) {
        return reply(
                200,
                Rings.json(version, Arrays.stream(members).map(HttpStandIn::url).toArray(String[]::new)));
    }

    private static String dropping(HttpStandIn replica) {
        replica.ring(HttpStandIn.drop());
        return replica.url();
    }

    private static URI first(RingOrder order, Gtrid gtrid) {
        return order.forTransaction(gtrid).get(0);
    }

    private static URI uri(HttpStandIn replica) {
        return URI.create(replica.url());
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(RingKeeper.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
