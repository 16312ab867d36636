package io.assent.samples.demo;

import io.assent.api.Decision;
import io.assent.api.Gtrid;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The coordinator's decision log, read from outside. */
public record Log(Postgres database) {

    private static final int COMMIT = 1;

    /** The decisions by gtrid. */
    public Map<String, Decision> decisions() {
        Map<String, Decision> decisions = new HashMap<>();
        database.query(
                "SELECT gtrid::text, outcome FROM decision",
                row -> decisions.put(row.getString(1), decision(row.getInt(2))));
        return decisions;
    }

    /** What is decided of one transaction, if anything. */
    Optional<Decision> decision(String gtrid) {
        String sql = "SELECT outcome FROM decision WHERE gtrid = '" + Gtrid.parse(gtrid) + "'";
        return database.query(sql, row -> decision(row.getInt(1))).stream().findFirst();
    }

    /** When the first of some transactions was decided after this moment, by the clock of the database, which is ours too. */
    Optional<Instant> firstDecision(Predicate<String> gtrid, Instant after) {
        String sql = "SELECT gtrid::text, decided_at FROM decision WHERE decided_at > '" + after
                + "'::timestamptz ORDER BY decided_at";
        return database
                .query(
                        sql,
                        row -> gtrid.test(row.getString(1))
                                ? row.getTimestamp(2).toInstant()
                                : Instant.MAX)
                .stream()
                .filter(Instant.MAX::isAfter)
                .findFirst();
    }

    /** The transactions that are decided and perhaps not yet known to every branch. */
    public Set<String> unfinished() {
        return new TreeSet<>(
                database.query("SELECT DISTINCT unnest(gtrids)::text FROM unfinished", row -> row.getString(1)));
    }

    private static Decision decision(int outcome) {
        return outcome == COMMIT ? Decision.COMMIT : Decision.ABORT;
    }
}
