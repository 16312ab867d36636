package io.assent.samples.demo;

import io.assent.api.Decision;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The coordinator's decision log, read from outside. */
record Log(Postgres database) {

    /** The decisions by gtrid. */
    Map<String, Decision> decisions() {
        Map<String, Decision> decisions = new HashMap<>();
        database.query(
                "SELECT gtrid::text, outcome FROM decision",
                row -> decisions.put(row.getString(1), decision(row.getString(2))));
        return decisions;
    }

    /** The transactions that are decided and perhaps not yet known to every branch. */
    Set<String> unfinished() {
        return new TreeSet<>(
                database.query("SELECT DISTINCT unnest(gtrids)::text FROM unfinished", row -> row.getString(1)));
    }

    private static Decision decision(String outcome) {
        return Decision.valueOf(outcome);
    }
}
