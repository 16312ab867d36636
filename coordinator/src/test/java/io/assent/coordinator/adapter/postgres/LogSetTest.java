package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.api.Gtrid;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.testing.TestPostgres;
import io.assent.coordinator.testing.TestPostgres.Database;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Databases know their place among the logs, and are refused in any other. */
@SuppressWarnings("NullAway.Init") // set up by each test
class LogSetTest {

    private final SystemScheduler scheduler = new SystemScheduler();
    private Database one;
    private Database two;
    private Database three;

    @BeforeEach
    void databases() throws Exception {
        one = TestPostgres.database();
        two = TestPostgres.database();
        three = TestPostgres.database();
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void aSetKeepsItsPlacesAcrossStartsAndReplicas() throws Exception {
        start(one, two);
        String set = setOf(one);

        start(one, two);

        assertThat(setOf(one)).isEqualTo(set).isEqualTo(setOf(two));
        assertThat(one.number("SELECT place FROM log_place")).isEqualTo(1);
        assertThat(two.number("SELECT place FROM log_place")).isEqualTo(2);
    }

    @Test
    void replicasThatSetUpAtTheSameTimeMakeOneSet() throws Exception {
        try (ExecutorService replicas = Executors.newFixedThreadPool(4)) {
            List<Future<?>> starting = Stream.<Future<?>>generate(() -> replicas.submit(() -> start(one, two)))
                    .limit(4)
                    .toList();
            for (Future<?> each : starting) {
                each.get();
            }
        }

        assertThat(setOf(one)).isEqualTo(setOf(two));
    }

    @Test
    void aLogFromBeforeThereWerePlacesGoesOnAlone() throws Exception {
        start(one);
        decide(one);
        one.execute("DROP TABLE log_place; DELETE FROM flyway_schema_history WHERE version = '3'");

        start(one);

        assertThat(one.number("SELECT places FROM log_place WHERE sealed_at IS NOT NULL"))
                .isEqualTo(1);
        assertThat(one.number("SELECT count(*) FROM decision")).isEqualTo(1);
    }

    @Test
    void anotherOrderIsRefused() {
        start(one, two);

        assertRefused(
                List.of(two, one),
                where(two),
                "given as log 1 of 2, is log 2 of 2",
                "and log 1 of 2",
                "in the order in which they were set up");
    }

    @Test
    void aLargerOrSmallerNumberIsRefused() {
        start(one, two);

        assertRefused(List.of(one, two, three), "is log 1 of 2", "log 1 of 3", "give all 2 URLs", "can't be changed");
        assertRefused(List.of(one), "is log 1 of 2", "log 1 of 1", "give all 2 URLs");
    }

    @Test
    void aSingleLogWithDecisionsCannotBeSplit() throws Exception {
        start(one);
        decide(one);

        assertRefused(List.of(one, two), "is log 1 of 1", "log 1 of 2", "the number of logs can't be changed");
        one.execute("DELETE FROM log_place"); // as from before there were places
        assertRefused(List.of(one, two), "has decisions of a single log", "give its URL alone");
        assertRefused(List.of(two, one), "given as log 2 of 2, has decisions of a single log");
    }

    @Test
    void aSingleLogThatWasPrunedEmptyCannotBeSplitEither() throws Exception {
        start(one);
        one.execute("DELETE FROM log_place");
        one.execute("UPDATE floor SET gtrid = '" + Gtrid.floorOf(1) + "'");

        assertRefused(List.of(one, two), "has decisions of a single log");
    }

    @Test
    void aLogOfAnotherSetIsRefused() throws Exception {
        start(one, two);
        Database four = TestPostgres.database();
        start(three, four);

        assertRefused(List.of(one, four), where(four), "is log 2 of 2 (set " + setOf(four) + ")", setOf(one));
    }

    @Test
    void theSameDatabaseTwiceIsRefusedAlsoAtTheFirstStart() {
        assertRefused(List.of(one, one), "given as log 2 of 2", "the same database was given as log 1 already");

        start(one, two);
        assertRefused(List.of(one, one), "the same database was given as log 1 already");
    }

    @Test
    void anEmptyDatabaseInThePlaceOfALogIsRefused() {
        start(one, two);

        assertRefused(List.of(one, three), where(three), "is empty", "would forget its decisions");
        assertRefused(List.of(three, two), where(three), "is empty", "would forget its decisions");
    }

    @Test
    void aSetUpThatWasCutOffIsFinishedByTheNextStart() throws Exception {
        start(one, two);
        String set = setOf(one);
        one.execute("UPDATE log_place SET sealed_at = NULL");
        two.execute("DELETE FROM log_place");

        start(one, two);

        assertThat(setOf(two)).isEqualTo(set);
        assertThat(two.number("SELECT count(*) FROM log_place WHERE sealed_at IS NOT NULL"))
                .isEqualTo(1);
        assertThat(one.number("SELECT count(*) FROM log_place WHERE sealed_at IS NOT NULL"))
                .isEqualTo(1);
    }

    @Test
    void aStartNeedsAllLogsAndNamesTheOneThatDoesNotAnswer() {
        start(one, two);
        Database nowhere = new Database("jdbc:postgresql://127.0.0.1:1/nowhere", "x", "");

        assertRefused(List.of(one, nowhere), "log 2 of 2 ('127.0.0.1:1/nowhere')", "a start needs all logs");
    }

    @Test
    void aUrlThatComesToLeadToAnotherLogIsNotFollowed() throws Exception {
        start(one, two);
        LogPlace first = new LogPlace(UUID.fromString(setOf(one)), 1, 2);

        assertThat(catchThrowable(() -> new LogDataSource(settings(two), first).getConnection()))
                .hasMessageContaining("this database is not log 1 of 2")
                .hasMessageContaining("correct what the URL leads to");
        new LogDataSource(settings(one), first).getConnection().close();
    }

    private void start(Database... databases) {
        open(List.of(databases)).close();
    }

    private SplitDecisionLog open(List<Database> databases) {
        return SplitDecisionLog.open(
                databases.stream().map(LogSetTest::settings).toList(), new LogMeans(UUID.randomUUID(), scheduler));
    }

    private void assertRefused(List<Database> databases, String... said) {
        Throwable refusal = catchThrowable(() -> open(databases).close());

        assertThat(refusal).isInstanceOf(LogUnusableException.class);
        assertThat(refusal.getMessage()).contains(said);
    }

    private static LogSettings settings(Database database) {
        return LogSettings.defaults(database.url(), database.user(), database.password());
    }

    private static String where(Database database) {
        return settings(database).where();
    }

    private static String setOf(Database database) throws Exception {
        return database.text("SELECT log_set::text FROM log_place");
    }

    private static void decide(Database database) throws Exception {
        database.execute("INSERT INTO decision VALUES ('" + Gtrid.mint() + "', 0, '" + Gtrid.mint() + "', now(), '')");
    }
}
