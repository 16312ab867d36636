package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.coordinator.engine.port.Replicas.Member;
import io.assent.coordinator.engine.port.Replicas.RingSettings;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresMembershipTest {

    private static final MembershipSettings SETTINGS = new MembershipSettings(
            Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(4), RingSettings.defaults());
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Deque<PostgresMembership> open = new ArrayDeque<>();
    private TestPostgres.Database database;
    private LogSettings log;

    @BeforeEach
    void schema() throws SQLException {
        database = TestPostgres.database();
        log = LogSettings.defaults(database.url(), database.user(), database.password());
        LogSetup.prepare(log).close();
    }

    @AfterEach
    void close() {
        open.forEach(PostgresMembership::close);
    }

    @Test
    void replicasThatServeAreInTheRingOfAll() {
        PostgresMembership one = join("one");
        PostgresMembership two = join("two");
        assertThat(two.replicas().serving()).as("it does not listen yet").isEmpty();

        one.serve("http://one");
        two.serve("http://two");

        await(() -> serving(one).equals(List.of("one", "two")) && serving(two).equals(List.of("one", "two")));
        assertThat(one.replicas().version()).isEqualTo(two.replicas().version());
    }

    @Test
    void whoLeavesIsOutOfTheRingAtOnceAndStillReachable() {
        PostgresMembership one = join("one");
        PostgresMembership two = join("two");
        one.serve("http://one");
        two.serve("http://two");
        await(() -> serving(one).size() == 2);

        two.leave();
        await(() -> serving(one).equals(List.of("one")));
        assertThat(one.replicas().alive()).extracting(Member::id).containsExactly("one", "two");

        two.close();
        await(() -> one.replicas().alive().size() == 1);
    }

    @Test
    void whoIsSilentForTooLongIsGoneAndIsForgottenLater() throws SQLException {
        PostgresMembership one = join("one");
        one.serve("http://one");
        execute("INSERT INTO replica VALUES ('dead', '" + UUID.randomUUID()
                + "', 'http://dead', 1, clock_timestamp())");

        await(() -> serving(one).equals(List.of("dead", "one")));
        await(() -> serving(one).equals(List.of("one")));
        await(() -> count("SELECT count(*) FROM replica") == 1);
    }

    @Test
    void anIdThatIsInUseIsRefusedWithTheWayOut() {
        PostgresMembership one = join("one");
        one.serve("http://one.internal:8080");
        await(() -> count("SELECT count(*) FROM replica WHERE url <> ''") == 1);

        assertThatThrownBy(() -> join("one"))
                .isInstanceOf(ReplicaIdTakenException.class)
                .hasMessage(
                        "replica id 'one' is in use by a running replica at 'http://one.internal:8080': stop that one,"
                                + " or give this one its own assent.replica-id (environment: ASSENT_REPLICA_ID) and assent.url");
        assertThat(serving(one)).containsExactly("one");
    }

    @Test
    void theIdOfAProcessThatWasKilledIsTakenOverOnceThatCountsAsGone() throws SQLException {
        execute("INSERT INTO replica VALUES ('one', '" + UUID.randomUUID() + "', 'http://old', 1, clock_timestamp())");

        PostgresMembership one = join("one");

        one.serve("http://new");
        await(() ->
                one.replicas().serving().equals(List.of(one.replicas().alive().getFirst())));
        await(() -> count("SELECT count(*) FROM replica WHERE url = 'http://new'") == 1);
    }

    @Test
    void aReplicaWhoseIdWasTakenGoesOnAndSaysSo() throws SQLException {
        PostgresMembership one = join("one");
        one.serve("http://one");
        await(() -> count("SELECT count(*) FROM replica WHERE url = 'http://one'") == 1);

        UUID thief = UUID.randomUUID();
        execute("UPDATE replica SET incarnation = '" + thief + "', url = 'http://thief'");

        await(() -> one.standing().trouble().isPresent());
        assertThat(one.standing().trouble())
                .hasValueSatisfying(t -> assertThat(t)
                        .contains("its id 'one' has been taken by incarnation " + thief + " at 'http://thief'"));
        await(() -> one.standing().trouble().isEmpty());
        assertThat(count("SELECT count(*) FROM replica WHERE url = 'http://one'"))
                .as("the thief was silent, and so the id is back")
                .isEqualTo(1);
    }

    @Test
    void aRowThatSomebodyDeletedComesBack() throws SQLException {
        PostgresMembership one = join("one");
        one.serve("http://one");
        await(() -> count("SELECT count(*) FROM replica WHERE url = 'http://one'") == 1);

        execute("DELETE FROM replica");

        await(() -> count("SELECT count(*) FROM replica WHERE url = 'http://one'") == 1);
    }

    @Test
    void aConnectionThatIsCutIsOpenedAgain() throws SQLException {
        PostgresMembership one = join("one");
        one.serve("http://one");
        await(() -> serving(one).size() == 1);

        execute("ALTER TABLE replica RENAME TO hidden");
        await(() -> one.standing().trouble().isPresent());
        assertThat(serving(one)).as("it goes on with what it knew").containsExactly("one");
        execute("ALTER TABLE hidden RENAME TO replica");
        execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'assent-membership' AND datname = current_database()");

        await(() -> one.standing().trouble().isEmpty());
    }

    @Test
    void anOutageOfTheDatabaseLetsNobodyBelieveThatItIsAlone() throws SQLException {
        PostgresMembership one = join("one");
        PostgresMembership two = join("two");
        one.serve("http://one");
        two.serve("http://two");
        await(() -> serving(one).size() == 2 && serving(two).size() == 2);
        List<Integer> seen = new CopyOnWriteArrayList<>();
        one.onChange(() -> seen.add(serving(one).size()));
        two.onChange(() -> seen.add(serving(two).size()));

        execute("ALTER TABLE replica RENAME TO hidden");
        await(() ->
                count("SELECT count(*) FROM hidden WHERE renewed_at < clock_timestamp() - interval '2500 milliseconds'")
                        == 2);
        execute("ALTER TABLE hidden RENAME TO replica");

        await(() ->
                one.standing().trouble().isEmpty() && two.standing().trouble().isEmpty());
        execute("CREATE TABLE back AS SELECT clock_timestamp() AS at");
        await(() -> count("SELECT count(*) FROM replica, back"
                        + " WHERE renewed_at > back.at + interval '2500 milliseconds'")
                == 2);
        assertThat(seen).as("replicas in the ring").doesNotContain(1);
    }

    @Test
    void whoDiedDuringAnOutageIsGoneSoonAfterIt() throws SQLException {
        PostgresMembership one = join("one");
        one.serve("http://one");
        execute("INSERT INTO replica VALUES ('dead', '" + UUID.randomUUID()
                + "', 'http://dead', 1, clock_timestamp())");
        await(() -> serving(one).size() == 2);

        execute("ALTER TABLE replica RENAME TO hidden");
        await(() ->
                count("SELECT count(*) FROM hidden WHERE renewed_at < clock_timestamp() - interval '2500 milliseconds'")
                        == 2);
        execute("ALTER TABLE hidden RENAME TO replica");

        await(() -> serving(one).equals(List.of("one")));
        assertThat(one.standing().trouble()).isEmpty();
    }

    @Test
    void aReplicaAmongOthersIsKnownOnceTheyHaveHadTheTimeToRead() throws SQLException {
        PostgresMembership one = join("one", renewing(Duration.ofMillis(50)));
        assertThat(one.isKnown()).as("it does not serve yet").isFalse();
        one.serve("http://one");
        await(one::isKnown);

        // The first reads often, so that it has not, on a slow machine, missed what the second gives it time for.
        PostgresMembership two = join("two", renewing(Duration.ofSeconds(2)));
        two.serve("http://two");
        await(two::isKnown);
        assertThat(serving(one)).containsExactly("one", "two");
    }

    @Test
    void listenersHearOfEveryChangeAndOfNothingElse() throws SQLException {
        PostgresMembership one = join("one");
        List<List<Member>> heard = new CopyOnWriteArrayList<>();
        one.serve("http://one");
        await(() -> serving(one).size() == 1);
        one.onChange(() -> heard.add(one.replicas().alive()));

        PostgresMembership two = join("two");
        await(() -> one.replicas().alive().size() == 2);
        two.serve("http://two");
        await(() -> heard.contains(one.replicas().alive()) && serving(one).size() == 2);
        execute("CREATE TABLE earlier AS SELECT renewed_at FROM replica WHERE id = 'one'");
        await(() -> count("SELECT count(*) FROM replica, earlier WHERE id = 'one'"
                        + " AND replica.renewed_at > earlier.renewed_at + interval '300 milliseconds'")
                == 1);

        assertThat(heard).as("renewals are no changes").doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aRowFromTheFutureCountsAsGone() throws SQLException {
        execute("INSERT INTO replica VALUES ('ahead', '" + UUID.randomUUID()
                + "', 'http://ahead', 1, clock_timestamp() + interval '1 day')");

        assertThat(join("one").replicas().alive()).extracting(Member::id).containsExactly("one");
    }

    private static MembershipSettings renewing(Duration interval) {
        return new MembershipSettings(
                interval, Duration.ofSeconds(10), Duration.ofSeconds(20), RingSettings.defaults());
    }

    private PostgresMembership join(String id) {
        return join(id, SETTINGS);
    }

    private PostgresMembership join(String id, MembershipSettings settings) {
        PostgresMembership membership = PostgresMembership.join(log, settings, id, UUID.randomUUID());
        open.addFirst(membership);
        return membership;
    }

    private static List<String> serving(PostgresMembership membership) {
        return membership.replicas().serving().stream().map(Member::id).toList();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(String sql) {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited " + PATIENCE).isNegative();
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
