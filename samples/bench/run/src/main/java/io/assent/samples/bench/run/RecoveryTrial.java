package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Workload.Empty;
import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How fast a coordinator finds and finishes what is unfinished in its log: one that starts, and one that serves already and
 * takes over from another that was killed. The rows are copies of one that the
 * coordinator wrote itself, under new ids, of two branches each that touch no database.
 */
final class RecoveryTrial {

    /** What the times begin with. */
    enum Since {
        /** The start of the process. */
        START("start"),
        /** The moment in which the ring of the other replica is without the one that was killed. */
        RING_CHANGE("ring change");

        private final String label;

        Since(String label) {
            this.label = label;
        }

        /** For people. */
        String label() {
            return label;
        }
    }

    /**
     * What there was to do.
     *
     * @param unfinished transactions that had to be finished
     * @param history rows of transactions that were over
     */
    record Task(Since since, int unfinished, int history, int run) {

        /** What all runs of it have in common. */
        Task ofAnyRun() {
            return new Task(since, unfinished, history, 0);
        }
    }

    /**
     * What was seen.
     *
     * @param readyMillis until the process was ready; of a change of the ring, from the kill to it
     * @param firstMillis until the first delivery
     * @param lastMillis until the last one
     */
    record Recovered(Task task, long readyMillis, long firstMillis, long lastMillis) {

        double deliveriesPerSecond() {
            return BRANCHES * task.unfinished() * 1000.0 / Math.max(1, lastMillis - firstMillis);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,7d unfinished on %,10d rows of history, run %d: %s %,6d ms, first delivery %,6d ms, last %,6d ms, %,.0f deliveries/s",
                    task.unfinished(),
                    task.history(),
                    task.run(),
                    task.since() == Since.START ? "start: ready" : "killed: ring changed after",
                    readyMillis,
                    firstMillis,
                    lastMillis,
                    deliveriesPerSecond());
        }
    }

    private static final List<Integer> UNFINISHED = List.of(1_000, 10_000, 100_000);
    private static final int BRANCHES = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** So that the log has a row to copy. */
    private static final Duration FIRST_TRANSACTIONS = Duration.ofMillis(500);

    private static final int SURVIVOR = 0;
    private static final int VICTIM = 1;

    private static final String TEMPLATE =
            "CREATE TABLE bench_template AS SELECT detail FROM decision WHERE outcome = 1 LIMIT 1";

    private static final String NO_BATCH = "00000000-0000-0000-0000-000000000000";

    private final Deployment.Site site;
    private final int runs;

    RecoveryTrial(Deployment.Site site, int runs) {
        this.site = site;
        this.runs = runs;
    }

    /**
     * @param history how many rows of history there are in the second half of the trial
     * @param seen is told of each run as soon as it is over
     */
    void run(String name, int history, Consumer<Recovered> seen) {
        try (Deployment deployment = Deployment.start(site, name, Contender.ASSENT, 2)) {
            deployment.load(new Point(Series.W7, Series.Variant.of(new Empty()), 1));
            deployment.measure();
            Pause.of(FIRST_TRANSACTIONS);
            var _ = deployment.stop();
            deployment.books().faults();
            deployment.stopCoordinators();
            execute(name, TEMPLATE);
            for (int rows : new int[] {0, history}) {
                if (rows > 0) {
                    execute(name, history(rows));
                    execute(name, "VACUUM ANALYZE decision");
                }
                for (Since since : Since.values()) {
                    for (int unfinished : UNFINISHED) {
                        for (int run = 1; run <= runs; run++) {
                            seen.accept(recover(deployment, name, new Task(since, unfinished, rows, run)));
                        }
                    }
                    deployment.stopCoordinators();
                }
            }
        }
    }

    private Recovered recover(Deployment deployment, String name, Task task) {
        deployment.forgetDeliveries();
        return switch (task.since()) {
            case START -> byStart(deployment, name, task);
            case RING_CHANGE -> byAnother(deployment, name, task);
        };
    }

    private Recovered byStart(Deployment deployment, String name, Task task) {
        deployment.stopCoordinators();
        execute(name, unfinished(task.unfinished(), "NULL"));
        site.servers().log().checkpoint();
        long begun = System.currentTimeMillis();
        deployment.startCoordinator(SURVIVOR);
        long ready = System.currentTimeMillis();
        return seen(deployment, task, begun, ready - begun);
    }

    private Recovered byAnother(Deployment deployment, String name, Task task) {
        if (task.run() == 1 && task.unfinished() == UNFINISHED.getFirst()) {
            deployment.startCoordinator(SURVIVOR);
        }
        deployment.startCoordinator(VICTIM);
        awaitRing(deployment, true);
        long killed = dieLeaving(deployment, name, task.unfinished());
        awaitRing(deployment, false);
        long changed = System.currentTimeMillis();
        return seen(deployment, task, changed, changed - killed);
    }

    /** What it leaves is there at the moment of its death, so that nobody takes it up before. Returns that moment. */
    private long dieLeaving(Deployment deployment, String name, int unfinished) {
        try (Connection connection = site.servers().log().connect(name);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(unfinished(unfinished, incarnationOf(deployment.coordinatorUrl(VICTIM))));
            long killed = System.currentTimeMillis();
            deployment.killCoordinator(VICTIM);
            connection.commit();
            return killed;
        } catch (SQLException e) {
            throw new DemoException("the log says: " + e.getMessage());
        }
    }

    private static Recovered seen(Deployment deployment, Task task, long begun, long readyMillis) {
        long expected = (long) BRANCHES * task.unfinished();
        boolean delivered = Pause.until(() -> deployment.deliveries().count() >= expected, PATIENCE);
        Deliveries seen = deployment.deliveries();
        List<String> faults = deployment.books().faults();
        if (!delivered || !faults.isEmpty()) {
            throw new DemoException("recovery of " + task.unfinished() + " transactions: " + seen.count()
                    + " deliveries came; " + String.join("; ", faults));
        }
        return new Recovered(task, readyMillis, seen.firstMillis() - begun, seen.lastMillis() - begun);
    }

    /** Until the ring of the survivor is as it is to be. */
    private static void awaitRing(Deployment deployment, boolean withVictim) {
        String ring = deployment.coordinatorUrl(SURVIVOR) + "/v1/ring";
        String victim = "\"" + deployment.coordinatorUrl(VICTIM) + "\"";
        if (!Pause.until(() -> Http.text(ring).contains(victim) == withVictim, PATIENCE)) {
            throw new DemoException("the ring at " + ring + " did not change");
        }
    }

    /** As SQL: what the last start of that replica wrote its decisions as. */
    private static String incarnationOf(String url) {
        return "(SELECT incarnation FROM replica WHERE url = '" + url + "')";
    }

    /** Ids of the last hours, in ascending order, as they would have been minted. */
    private static String history(int rows) {
        return """
                INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
                SELECT uuidv7((i - %1$d - 3600000) * interval '1 millisecond'), 1, '%2$s', now(), t.detail
                FROM generate_series(1, %1$d) AS i, bench_template t
                """.formatted(rows, NO_BATCH);
    }

    /**
     * Batches of 64, as the coordinator writes them under load.
     *
     * @param writer who wrote them, as SQL
     */
    private static String unfinished(int rows, String writer) {
        return """
                CREATE TEMP TABLE fresh AS
                    SELECT uuidv7((i - %1$d) * interval '1 millisecond') AS gtrid, i / 64 AS number
                    FROM generate_series(1, %1$d) AS i;
                CREATE TEMP TABLE batches AS
                    SELECT number, uuidv7() AS batch FROM (SELECT DISTINCT number FROM fresh) AS n;
                INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
                    SELECT gtrid, 1, batch, now(), detail FROM fresh JOIN batches USING (number), bench_template;
                INSERT INTO unfinished (batch, writer, gtrids, written_at)
                    SELECT batch, %2$s, array_agg(gtrid ORDER BY gtrid), clock_timestamp()
                    FROM fresh JOIN batches USING (number) GROUP BY batch;
                DROP TABLE fresh, batches;
                """.formatted(rows, writer);
    }

    private void execute(String database, String sql) {
        try (Connection connection = site.servers().log().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new DemoException("the log says: " + e.getMessage());
        }
    }
}
