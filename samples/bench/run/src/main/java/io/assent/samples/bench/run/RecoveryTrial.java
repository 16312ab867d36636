package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Workload.Empty;
import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How fast a coordinator that starts finds and finishes what is unfinished in its log. The rows are copies of one that the
 * coordinator wrote itself, under new ids, of two branches each that touch no database.
 */
final class RecoveryTrial {

    /**
     * What was seen.
     *
     * @param unfinished transactions that had to be finished
     * @param history rows of transactions that were over
     * @param readyMillis from the start of the process to its being ready; the others likewise
     */
    record Recovered(int unfinished, int history, int run, long readyMillis, long firstMillis, long lastMillis) {

        double deliveriesPerSecond() {
            return BRANCHES * unfinished * 1000.0 / Math.max(1, lastMillis - firstMillis);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,7d unfinished on %,10d rows of history, run %d: ready %,6d ms, first delivery %,6d ms, last %,6d ms, %,.0f deliveries/s",
                    unfinished,
                    history,
                    run,
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

    private static final String TEMPLATE =
            "CREATE TABLE bench_template AS SELECT detail FROM decision WHERE outcome = 1 LIMIT 1";

    private static final String NO_BATCH = "00000000-0000-0000-0000-000000000000";

    private final Deployment.Site site;
    private final int runs;

    RecoveryTrial(Deployment.Site site, int runs) {
        this.site = site;
        this.runs = runs;
    }

    /** @param history how many rows of history there are in the second half of the trial */
    List<Recovered> run(String name, int history) {
        List<Recovered> all = new ArrayList<>();
        try (Deployment deployment = Deployment.start(site, name, Contender.ASSENT, 1)) {
            deployment.load(new Point(Series.W7, Series.Variant.of(new Empty()), 1));
            deployment.measure();
            Pause.of(FIRST_TRANSACTIONS);
            var _ = deployment.stop();
            deployment.books().faults();
            deployment.stopCoordinator();
            execute(name, TEMPLATE);
            for (int rows : new int[] {0, history}) {
                if (rows > 0) {
                    execute(name, history(rows));
                    execute(name, "VACUUM ANALYZE decision");
                }
                for (int unfinished : UNFINISHED) {
                    for (int run = 1; run <= runs; run++) {
                        Recovered recovered = recover(deployment, name, new Recovered(unfinished, rows, run, 0, 0, 0));
                        System.out.println("W7 " + recovered);
                        all.add(recovered);
                    }
                }
            }
        }
        return all;
    }

    private Recovered recover(Deployment deployment, String name, Recovered trial) {
        execute(name, unfinished(trial.unfinished));
        site.servers().log().checkpoint();
        deployment.forgetDeliveries();
        long begun = System.currentTimeMillis();
        deployment.startCoordinator();
        long ready = System.currentTimeMillis();
        boolean delivered =
                Pause.until(() -> deployment.deliveries().count() >= (long) BRANCHES * trial.unfinished, PATIENCE);
        Deliveries seen = deployment.deliveries();
        List<String> faults = deployment.books().faults();
        deployment.stopCoordinator();
        if (!delivered || !faults.isEmpty()) {
            throw new DemoException("recovery of " + trial.unfinished + " transactions: " + seen.count()
                    + " deliveries came; " + String.join("; ", faults));
        }
        return new Recovered(
                trial.unfinished,
                trial.history,
                trial.run,
                ready - begun,
                seen.firstMillis() - begun,
                seen.lastMillis() - begun);
    }

    /** Ids of the last hours, in ascending order, as they would have been minted. */
    private static String history(int rows) {
        return """
                INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
                SELECT uuidv7((i - %1$d - 3600000) * interval '1 millisecond'), 1, '%2$s', now(), t.detail
                FROM generate_series(1, %1$d) AS i, bench_template t
                """.formatted(rows, NO_BATCH);
    }

    /** Batches of 64, as the coordinator writes them under load. */
    private static String unfinished(int rows) {
        return """
                CREATE TEMP TABLE fresh AS
                    SELECT uuidv7((i - %1$d) * interval '1 millisecond') AS gtrid, i / 64 AS number
                    FROM generate_series(1, %1$d) AS i;
                CREATE TEMP TABLE batches AS
                    SELECT number, uuidv7() AS batch FROM (SELECT DISTINCT number FROM fresh) AS n;
                INSERT INTO decision (gtrid, outcome, batch, decided_at, detail)
                    SELECT gtrid, 1, batch, now(), detail FROM fresh JOIN batches USING (number), bench_template;
                INSERT INTO unfinished (batch, gtrids, written_at)
                    SELECT batch, array_agg(gtrid ORDER BY gtrid), now()
                    FROM fresh JOIN batches USING (number) GROUP BY batch;
                DROP TABLE fresh, batches;
                """.formatted(rows);
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
