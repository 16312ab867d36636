package io.assent.client;

import static io.assent.HttpStandIn.begin;
import static io.assent.HttpStandIn.committed;
import static io.assent.HttpStandIn.coordinator;
import static io.assent.HttpStandIn.cut;
import static io.assent.HttpStandIn.drop;
import static io.assent.HttpStandIn.line;
import static io.assent.HttpStandIn.lines;
import static io.assent.HttpStandIn.more;
import static io.assent.HttpStandIn.problem;
import static io.assent.HttpStandIn.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.HttpStandIn;
import io.assent.HttpStandIn.Received;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Completion;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.postgres.Eventually;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits of one process that wait for the same replica go together, and each of them fares as if it had gone alone. */
@Timeout(60)
final class CommitBatchTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CROWD = 10;

    private final HttpStandIn replica = new HttpStandIn(coordinator());
    private final HttpStandIn other = new HttpStandIn(coordinator());
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Commit> all = new ConcurrentLinkedQueue<>();
    private CoordinatorClient client = client(ClientSettings.COMMIT_STREAMS_DEFAULT);

    @AfterEach
    void close() {
        opened.countDown();
        released.countDown();
        all.forEach(commit -> commit.thread.interrupt());
        replica.close();
        other.close();
    }

    @Test
    void whatComesWhileABatchIsUndecidedGoesTogether() {
        List<Commit> crowd = crowd(coordinator());

        assertAllDone(crowd);
        assertThat(replica.received()).hasSize(3);
        assertThat(gtrids(replica.received().get(2))).isEqualTo(gtrids(crowd));
        assertThat(other.received()).isEmpty();
    }

    @Test
    void theOnlyRequestUnderWayGoesAloneAndAtOnce() {
        for (int i = 0; i < 3; i++) {
            assertThat(commit().answer()).isInstanceOf(OutcomeAnswer.Known.class);
        }
        assertThat(replica.received()).hasSize(3).noneMatch(Received::isForMany);
    }

    @Test
    void answersCountInAnyOrderAndHoweverTheyAreCutIntoPieces() {
        assertAllDone(crowd((request, exchange) -> {
            List<String> lines = new ArrayList<>(answers(request));
            Collections.reverse(lines);
            String text = String.join("\n", lines);
            begin(exchange);
            for (int i = 0; i < text.length(); i += 97) {
                more(exchange, text.substring(i, Math.min(i + 97, text.length())));
            }
            exchange.close();
        }));
    }

    @Test
    void aStragglerHoldsUpNeitherTheOthersNorThoseBehind() {
        List<Commit> crowd = crowd((request, exchange) -> {
            List<String> lines = answers(request);
            begin(exchange, String.join("", lines.subList(1, lines.size())));
            await(released);
            more(exchange, lines.get(0));
            exchange.close();
        });
        Eventually.true_(
                "all but one are answered",
                () -> crowd.stream().filter(Commit::isDone).count() == CROWD - 1);
        for (int i = 0; i < 2 * CROWD; i++) {
            assertThat(commit().answer()).isInstanceOf(OutcomeAnswer.Known.class);
        }
        assertThat(crowd.stream().filter(Commit::isDone)).hasSize(CROWD - 1);
        released.countDown();
        assertAllDone(crowd);
    }

    @Test
    void thoseBehindGoOnceSomethingIsDecidedAndNothingAnswered() {
        List<Commit> crowd = crowd((request, exchange) -> {
            begin(exchange, "\n");
            await(released);
            more(exchange, answers(request).toArray(String[]::new));
            exchange.close();
        });
        Eventually.true_("the batch is sent", () -> replica.received().size() == 3);
        assertThat(commit().answer()).isInstanceOf(OutcomeAnswer.Known.class);
        assertThat(crowd).noneMatch(Commit::isDone);
        released.countDown();
        assertAllDone(crowd);
    }

    @Test
    void onceAllStreamsAreTakenRequestsGoAlone() {
        client = client(2);
        HttpStandIn.Behaviour straggling = (request, exchange) -> {
            begin(exchange, "\n");
            await(released);
            more(exchange, answers(request).toArray(String[]::new));
            exchange.close();
        };
        List<Commit> crowd = crowd(straggling);
        replica.first(straggling);
        Eventually.true_("the batch is sent", () -> replica.received().size() == 3);
        Commit second = commit();
        Eventually.true_("a second stream is open", () -> replica.received().size() == 4);
        Commit third = commit();
        assertThat(third.answer()).isInstanceOf(OutcomeAnswer.Known.class);
        assertThat(replica.received().get(4).isForMany()).isFalse();
        released.countDown();
        assertAllDone(crowd);
        assertAllDone(List.of(second));
    }

    @Test
    void withoutStreamsEachGoesAlone() {
        client = client(0);
        replica.from((request, exchange) -> {
            Eventually.true_("all are under way", () -> replica.received().size() == CROWD);
            coordinator().handle(request, exchange);
        });
        assertAllDone(IntStream.range(0, CROWD).mapToObj(i -> commit()).toList());
        assertThat(replica.received()).hasSize(CROWD).noneMatch(Received::isForMany);
    }

    @Test
    void thoseWithoutAnAnswerInAReplyThatIsCutGoToTheNextReplica() {
        List<Commit> crowd = crowd((request, exchange) -> {
            List<String> lines = answers(request);
            String half = lines.get(3).substring(0, lines.get(3).length() - 1);
            cut(lines.get(0), lines.get(1), lines.get(2), half).handle(request, exchange);
        });
        assertAllDone(crowd);
        assertThat(asked(other)).hasSize(CROWD - 3);
    }

    @Test
    void aLineWithoutItsEndIsNoAnswer() {
        List<Commit> crowd = crowd((request, exchange) -> {
            List<String> lines = answers(request);
            String last = lines.get(CROWD - 1);
            String almost = String.join("", lines.subList(0, CROWD - 1)) + last.substring(0, last.length() - 1);
            lines(almost).handle(request, exchange);
        });
        assertAllDone(crowd);
        assertThat(asked(other)).hasSize(1);
    }

    @Test
    void thoseThatTheReplyDoesNotMentionGoToTheNextReplica() {
        assertAllDone(
                crowd((request, exchange) -> lines(answers(request).get(0)).handle(request, exchange)));
        assertThat(asked(other)).hasSize(CROWD - 1);
    }

    @Test
    void theFirstOfTwoLinesCountsAndLinesAboutOthersDoNot() {
        List<Commit> crowd = crowd((request, exchange) -> {
            List<String> lines = new ArrayList<>();
            for (Completion commit : request.completions()) {
                lines.add(committed(Gtrid.mint()));
                lines.add(committed(commit.gtrid()));
                lines.add(committed(commit.gtrid()));
                lines.add(line(commit.gtrid(), 410, "{\"code\":\"GONE\"}"));
                lines.add("\n\n");
            }
            lines(lines.toArray(String[]::new)).handle(request, exchange);
        });
        assertAllDone(crowd);
        assertThat(other.received()).isEmpty();
    }

    @Test
    void aLineThatTellsOfAnotherTransactionInItsBodyIsNoOutcome() {
        assertAllDone(crowd((request, exchange) -> lines(request.completions().stream()
                        .map(commit -> line(
                                commit.gtrid(),
                                200,
                                "{\"gtrid\":\"" + Gtrid.mint() + "\",\"decision\":\"ABORT\",\"applied\":\"YES\"}"))
                        .toArray(String[]::new))
                .handle(request, exchange)));
        assertThat(asked(other)).hasSize(CROWD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage\n", "{}\n", "[]\n", "{\"gtrid\":\"x\",\"status\":200,\"body\":{}}\n", "\u0000\n"})
    void afterGarbageNothingOfThatReplyIsBelieved(String garbage) {
        List<Commit> crowd = crowd((request, exchange) -> {
            List<String> lines = answers(request);
            begin(exchange, lines.get(0), garbage);
            more(exchange, lines.subList(1, lines.size()).toArray(String[]::new));
            exchange.close();
        });
        assertAllDone(crowd);
        assertThat(asked(other)).hasSize(CROWD - 1);
    }

    @Test
    void aReplyWithoutEndIsGivenUp() {
        List<Commit> crowd = crowd((request, exchange) -> {
            begin(exchange);
            String endless = "x".repeat(1 << 20);
            for (int i = 0; i < 32; i++) {
                more(exchange, endless);
            }
        });
        assertAllDone(crowd);
        assertThat(asked(other)).hasSize(CROWD);
    }

    @Test
    void aReplyOfAnotherKindIsNoAnswer() {
        assertAllDone(crowd(
                (request, exchange) -> reply(200, String.join("", answers(request)), "Content-Type", "text/html")
                        .handle(request, exchange)));
        assertThat(asked(other)).hasSize(CROWD);
    }

    @Test
    void aLostReplyIsAskedForAtTheNextReplica() {
        assertAllDone(crowd(drop()));
        assertThat(asked(other)).hasSize(CROWD);
    }

    @Test
    void aReplicaThatHangsInTheMiddleIsLeft() {
        List<Commit> crowd = crowd((request, exchange) -> {
            replica.ring(replica.hang());
            begin(exchange, answers(request).get(0));
            await(released);
            exchange.close();
        });
        assertAllDone(crowd);
        assertThat(asked(other)).hasSize(CROWD - 1);
    }

    @Test
    void aReplicaThatHangsIsLeftByThoseThatWaitBehindToo() {
        List<Commit> crowd = crowd((request, exchange) -> {
            replica.ring(replica.hang());
            replica.hang().handle(request, exchange);
        });
        Eventually.true_("the batch is sent", () -> replica.received().size() == 3);
        List<Commit> behind = IntStream.range(0, 3).mapToObj(i -> commit()).toList();
        assertAllDone(crowd);
        assertAllDone(behind);
        assertThat(asked(other)).containsAll(gtrids(crowd)).containsAll(gtrids(behind));
    }

    @Test
    void aReplicaThatLivesAndTakesItsTimeIsWaitedFor() {
        List<Commit> crowd = crowd((request, exchange) -> {
            int before = replica.ringRequests().size();
            begin(exchange, "\n");
            Eventually.true_(
                    "it was asked twice if it lives",
                    () -> replica.ringRequests().size() >= before + 2);
            more(exchange, answers(request).toArray(String[]::new));
            exchange.close();
        });
        assertAllDone(crowd);
        assertThat(other.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405})
    void aCoordinatorOfAnEarlierVersionGetsEachAloneFromThenOn(int status) {
        List<Commit> crowd = refusingMany(problem(status, "NOT_FOUND"));

        assertAllDone(crowd);
        assertAllDone(IntStream.range(0, CROWD).mapToObj(i -> commit()).toList());
        assertThat(replica.received().stream().filter(Received::isForMany)).hasSize(1);
        assertThat(replica.received().stream().filter(r -> !r.isForMany())).hasSize(1 + 1 + CROWD + CROWD);
        assertThat(other.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void whereABatchIsRefusedEachIsAskedForAlone(int status) {
        assertAllDone(refusingMany(problem(status, "TOO_LARGE")));
        assertThat(other.received()).isEmpty();
    }

    @Test
    void whereABatchIsRedirectedEachFollowsItsOwnRedirect() {
        List<Commit> crowd = refusingMany(reply(307, "", "Location", other.url() + "/v1/commits"));
        assertAllDone(crowd);
        assertThat(other.received()).as("requests elsewhere for many").noneMatch(Received::isForMany);
    }

    @Test
    void whereAReplicaIsTooBusyForABatchTheNextIsAsked() {
        assertAllDone(crowd(problem(503, "OVERLOADED", "Retry-After", "1")));
        assertThat(asked(other)).hasSize(CROWD);
    }

    @Test
    void whoIsRefusedForGoodLearnsItAndTheOthersCommit() {
        List<Commit> crowd = crowd((request, exchange) -> {
            List<String> lines = new ArrayList<>(answers(request));
            List<Completion> commits = request.completions();
            lines.set(0, line(commits.get(0).gtrid(), 409, "{\"code\":\"LIST_MISMATCH\",\"detail\":\"other\"}"));
            lines.set(1, line(commits.get(1).gtrid(), 410, "{\"code\":\"GONE\",\"detail\":\"over\"}"));
            lines.set(2, line(commits.get(2).gtrid(), 422, "{\"code\":\"NOT_ALLOWED\",\"detail\":\"no\"}"));
            lines.set(3, line(commits.get(3).gtrid(), 503, "{\"code\":\"OVERLOADED\",\"detail\":\"busy\"}"));
            lines.set(4, line(commits.get(4).gtrid(), 503, "{\"code\":\"LOG_UNAVAILABLE\",\"detail\":\"?\"}"));
            lines(lines.toArray(String[]::new)).handle(request, exchange);
        });
        Set<String> refused = crowd.stream()
                .map(Commit::answer)
                .filter(OutcomeAnswer.Refused.class::isInstance)
                .map(answer -> ((OutcomeAnswer.Refused) answer).problem().code())
                .collect(Collectors.toSet());
        assertThat(refused).containsExactlyInAnyOrder("LIST_MISMATCH", "GONE", "NOT_ALLOWED");
        assertThat(crowd.stream().map(Commit::answer).filter(OutcomeAnswer.Known.class::isInstance))
                .hasSize(CROWD - 3);
        assertThat(asked(other)).hasSize(2);
    }

    @Test
    void oneTransactionIsNamedOnceInABatch() {
        Gtrid twice = Gtrid.mint();
        List<Commit> crowd = crowdOf(
                coordinator(), List.of(unsent(twice), unsent(twice), unsentRollback(twice), unsent(Gtrid.mint())));
        assertAllDone(crowd);
        assertThat(replica.received().stream()
                        .filter(Received::isForMany)
                        .mapToInt(r -> r.completions().size())
                        .sum())
                .isEqualTo(1 + 4);
    }

    @Test
    void whoGivesUpLeavesTheOthersToTheirAnswers() {
        List<Commit> crowd = crowd((request, exchange) -> {
            begin(exchange);
            await(released);
            more(exchange, answers(request).toArray(String[]::new));
            exchange.close();
        });
        Eventually.true_("the batch is sent", () -> replica.received().size() == 3);
        Commit impatient = crowd.get(0);
        impatient.thread.interrupt();
        assertThat(impatient.answer()).isInstanceOf(OutcomeAnswer.Unknown.class);
        released.countDown();
        assertAllDone(crowd.subList(1, CROWD));
    }

    @Test
    void whatNobodyWaitsForAnyMoreHoldsUpNobody() {
        List<Commit> crowd = crowd(replica.hang());
        Eventually.true_("the batch is sent", () -> replica.received().size() == 3);
        Commit behind = commit();
        Eventually.true_("it waits", behind::isWaiting);
        crowd.forEach(commit -> commit.thread.interrupt());
        assertAllDone(List.of(behind));
    }

    @Test
    void aBatchHoldsNoMoreThanItMay() {
        List<Commit> crowd = crowdOf(
                coordinator(),
                IntStream.range(0, CommitLane.COMMITS_MAX + 5)
                        .mapToObj(i -> unsent(Gtrid.mint()))
                        .toList());
        assertAllDone(crowd);
        assertThat(replica.received().stream()
                        .filter(Received::isForMany)
                        .map(r -> r.completions().size()))
                .containsExactly(1, CommitLane.COMMITS_MAX, 5);
    }

    @Test
    void whatHasAVoteToAskForGoesAlone() {
        replica.from((request, exchange) -> {
            await(opened);
            coordinator().handle(request, exchange);
        });
        List<Commit> commits = IntStream.range(0, 3)
                .mapToObj(i -> new Commit(
                        Gtrid.mint(), List.of(branch(new Vote.Prepared("7")), branch(null)), Decision.COMMIT))
                .toList();
        commits.forEach(Commit::start);
        Eventually.true_("all are under way", () -> replica.received().size() == 3);
        opened.countDown();
        assertAllDone(commits);
        assertThat(replica.received()).noneMatch(Received::isForMany);
    }

    @Test
    void rollbacksGoWithCommitsAndEachHasItsOwnOutcome() {
        List<Commit> mixed = IntStream.range(0, CROWD)
                .mapToObj(i -> i % 3 == 0 ? unsent(Gtrid.mint()) : unsentRollback(Gtrid.mint()))
                .toList();
        assertAllDone(crowdOf(coordinator(), mixed));
        assertThat(replica.received()).hasSize(3);
        assertThat(gtrids(replica.received().get(2))).isEqualTo(gtrids(mixed));
    }

    @Test
    void whereACoordinatorRefusesRollbacksAmongCommitsEachGoesAlone() {
        assertAllDone(crowdOf(problem(400, "MALFORMED"), List.of(unsent(Gtrid.mint()), unsentRollback(Gtrid.mint()))));
        assertThat(replica.received().stream().map(Received::isForMany))
                .containsExactly(false, true, true, false, false);
        assertAllDone(IntStream.range(0, CROWD).mapToObj(i -> commit()).toList());
        assertThat(replica.received().stream().skip(5)).as("commits afterwards").anyMatch(Received::isForMany);
        assertThat(other.received()).isEmpty();
    }

    @Test
    void aRollbackWhoseBatchIsLostIsAskedForAtTheNextReplica() {
        List<Commit> rollbacks = IntStream.range(0, CROWD)
                .mapToObj(i -> unsentRollback(Gtrid.mint()))
                .toList();
        assertAllDone(crowdOf(drop(), rollbacks));
        assertThat(asked(other)).hasSize(CROWD);
    }

    @ParameterizedTest
    @EnumSource
    void whoHasWaitedLongBehindABatchGoesWithoutIt(Decision wanted) {
        client = client(ClientSettings.COMMIT_STREAMS_DEFAULT, Duration.ofMillis(100));
        HttpStandIn.Behaviour held = (request, exchange) -> {
            await(released);
            coordinator().handle(request, exchange);
        };
        Gtrid twice = Gtrid.mint();
        AtomicInteger aboutTwice = new AtomicInteger();
        replica.from((request, exchange) -> {
            boolean isFirst = asked(request).contains(twice) && aboutTwice.getAndIncrement() == 0;
            (isFirst ? held : coordinator()).handle(request, exchange);
        });
        replica.first(held).first(held);
        Commit alone = commit();
        Eventually.true_("one is under way", () -> replica.received().size() == 1);
        Commit leader = commit();
        Eventually.true_("a batch is under way", () -> replica.received().size() == 2);
        List<Commit> behind = Stream.of(twice, twice)
                .map(wanted == Decision.COMMIT ? this::unsent : this::unsentRollback)
                .toList();
        behind.forEach(Commit::start);
        // The second request about one transaction waits behind the first one's batch too, and not for ever either.
        Eventually.true_("one of both is done", () -> behind.stream().anyMatch(Commit::isDone));
        assertThat(leader.isDone()).isFalse();
        assertThat(behind.stream().filter(Commit::isDone)).hasSize(1);
        assertThat(other.received()).isEmpty();
        released.countDown();
        assertAllDone(behind);
        assertAllDone(List.of(alone, leader));
    }

    @Test
    void whoHasWaitedLongGoesAloneWhereAllStreamsAreTaken() {
        client = client(1, Duration.ofMillis(100));
        replica.first(coordinator());
        HttpStandIn.Behaviour held = (request, exchange) -> {
            await(released);
            coordinator().handle(request, exchange);
        };
        replica.first(held).first(held);
        assertAllDone(List.of(commit()));
        Commit alone = commit();
        Eventually.true_("one is under way", () -> replica.received().size() == 2);
        Commit leader = commit();
        Eventually.true_("a batch is under way", () -> replica.received().size() == 3);
        Commit behind = commit();
        assertAllDone(List.of(behind));
        assertThat(replica.received().get(3).isForMany()).isFalse();
        released.countDown();
        assertAllDone(List.of(alone, leader));
    }

    @Test
    void aRollbackWithoutBranchesGoesAlone() {
        replica.from((request, exchange) -> {
            await(opened);
            coordinator().handle(request, exchange);
        });
        List<Commit> rollbacks = IntStream.range(0, 3)
                .mapToObj(i -> new Commit(Gtrid.mint(), List.of(), Decision.ABORT))
                .toList();
        rollbacks.forEach(Commit::start);
        Eventually.true_("all are under way", () -> replica.received().size() == 3);
        opened.countDown();
        assertAllDone(rollbacks);
        assertThat(replica.received()).noneMatch(Received::isForMany);
    }

    @Test
    void theTimeThatIsLeftIsThatOfTheMomentOfSending() {
        List<Commit> crowd = crowd(coordinator());
        assertAllDone(crowd);
        long before = replica.received().get(0).commit().remaining().toMillis();
        assertThat(replica.received().get(2).completions())
                .allSatisfy(commit -> assertThat(((Completion.Commit) commit)
                                .request()
                                .remaining()
                                .toMillis())
                        .isLessThanOrEqualTo(before));
    }

    private List<Commit> crowd(HttpStandIn.Behaviour behaviour) {
        return crowdOf(
                behaviour,
                IntStream.range(0, CROWD).mapToObj(i -> unsent(Gtrid.mint())).toList());
    }

    /** Commits that have waited together; they are the third request, which meets the behaviour. */
    private List<Commit> crowdOf(HttpStandIn.Behaviour behaviour, List<Commit> commits) {
        HttpStandIn.Behaviour held = (request, exchange) -> {
            await(opened);
            coordinator().handle(request, exchange);
        };
        replica.first(held).first(held);
        Commit alone = commit();
        Eventually.true_("one is under way", () -> replica.received().size() == 1);
        Commit leader = commit();
        Eventually.true_("a batch is under way", () -> replica.received().size() == 2);
        replica.first(behaviour);
        commits.forEach(Commit::start);
        Eventually.true_("all wait", () -> commits.stream().allMatch(Commit::isWaiting));
        assertThat(replica.received()).hasSize(2);
        opened.countDown();
        assertAllDone(List.of(alone, leader));
        return commits;
    }

    /** As {@link #crowd}, at a replica that answers every request for many so. */
    private List<Commit> refusingMany(HttpStandIn.Behaviour refusal) {
        replica.from((request, exchange) -> {
            await(opened);
            (request.isForMany() ? refusal : coordinator()).handle(request, exchange);
        });
        Commit alone = commit();
        Eventually.true_("one is under way", () -> replica.received().size() == 1);
        Commit leader = commit();
        Eventually.true_("a batch is under way", () -> replica.received().size() == 2);
        List<Commit> crowd = IntStream.range(0, CROWD).mapToObj(i -> commit()).toList();
        Eventually.true_("all wait", () -> crowd.stream().allMatch(Commit::isWaiting));
        opened.countDown();
        assertAllDone(List.of(alone, leader));
        return crowd;
    }

    private CoordinatorClient client(int streams) {
        return client(streams, PATIENCE);
    }

    /** @param heldUpMax as {@link CommitLane#HELD_UP_MAX}; long where a test has others wait on purpose */
    private CoordinatorClient client(int streams, Duration heldUpMax) {
        List<URI> urls = List.of(URI.create(replica.url()), URI.create(other.url()));
        ClientSettings settings = new ClientSettings(
                urls, ClientSettings.http(Duration.ofSeconds(2)), Duration.ofSeconds(15), RetryDelays.DEFAULT, streams);
        return new CoordinatorClient(settings, new InThisOrder(urls), heldUpMax);
    }

    /** Asks the first one first, whatever came before. */
    private record InThisOrder(List<URI> replicas) implements ReplicaOrder {

        @Override
        public List<URI> forTransaction(Gtrid gtrid) {
            return replicas;
        }

        @Override
        public List<URI> forAny() {
            return replicas;
        }

        @Override
        public void answered(URI replica) {}
    }

    private Commit unsent(Gtrid gtrid) {
        return new Commit(gtrid, List.of(branch(new Vote.Prepared("7"))), Decision.COMMIT);
    }

    private Commit unsentRollback(Gtrid gtrid) {
        return new Commit(gtrid, List.of(branch(null), branch(new Vote.No("no funds"))), Decision.ABORT);
    }

    private Commit commit() {
        Commit commit = unsent(Gtrid.mint());
        commit.start();
        return commit;
    }

    private static Branch branch(@Nullable Vote vote) {
        return new Branch(
                new BranchId(new ParticipantUrl("http://127.0.0.1:1/assent"), Bqual.mint()), Inquiring.CAN, vote);
    }

    /** A commit, or a rollback, that somebody waits for. */
    private final class Commit {
        private final Gtrid gtrid;
        private final List<Branch> branches;
        private final Decision wanted;
        private final Thread thread = new Thread(this::run);
        private volatile @Nullable OutcomeAnswer answer;

        Commit(Gtrid gtrid, List<Branch> branches, Decision wanted) {
            this.gtrid = gtrid;
            this.branches = branches;
            this.wanted = wanted;
        }

        void start() {
            all.add(this);
            thread.start();
        }

        private void run() {
            if (wanted == Decision.ABORT) {
                answer = client.rollback(gtrid, new RollbackRequest(branches, "left", Map.of()), PATIENCE);
                return;
            }
            long end = System.nanoTime() + DEADLINE.toNanos();
            CommitRequest request = new CommitRequest(
                    branches, DEADLINE, CommitRequest.Reply.APPLIED, Duration.ofSeconds(10), Map.of());
            answer = client.commit(
                    gtrid, request, () -> Duration.ofNanos(Math.max(0, end - System.nanoTime())), PATIENCE);
        }

        boolean isWaiting() {
            return thread.getState() == Thread.State.TIMED_WAITING;
        }

        boolean isDone() {
            return answer != null;
        }

        @Nullable
        OutcomeAnswer answer() {
            try {
                thread.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return answer;
        }
    }

    private static void assertAllDone(List<Commit> commits) {
        for (Commit commit : commits) {
            assertThat(commit.answer()).isInstanceOfSatisfying(OutcomeAnswer.Known.class, known -> {
                assertThat(known.reply().gtrid()).isEqualTo(commit.gtrid);
                assertThat(known.reply().decision()).isEqualTo(commit.wanted);
            });
        }
    }

    private static List<String> answers(Received request) {
        return request.completions().stream().map(HttpStandIn::done).toList();
    }

    private static Set<Gtrid> gtrids(Received request) {
        return request.completions().stream().map(Completion::gtrid).collect(Collectors.toSet());
    }

    private static Set<Gtrid> gtrids(List<Commit> commits) {
        return commits.stream().map(commit -> commit.gtrid).collect(Collectors.toSet());
    }

    /** What a stand-in was asked about, alone or among others. */
    private static List<Gtrid> asked(HttpStandIn standIn) {
        return standIn.received().stream().flatMap(r -> asked(r).stream()).toList();
    }

    private static List<Gtrid> asked(Received request) {
        return request.isForMany()
                ? request.completions().stream().map(Completion::gtrid).toList()
                : List.of(request.gtrid());
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody went on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
