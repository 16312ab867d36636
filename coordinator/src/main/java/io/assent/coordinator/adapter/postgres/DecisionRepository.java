package io.assent.coordinator.adapter.postgres;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** Queries of decisions off the commit path. Each is bounded, and none reads the history from its end. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface DecisionRepository extends GenericRepository<DecisionRecord, UUID> {

    String COLUMNS = """
            SELECT d.gtrid, d.outcome, d.batch, d.decided_at, d.detail,
            """ + DecisionStatements.PROGRESS + " AS progress ";

    @Query(COLUMNS + "FROM decision d WHERE d.gtrid < :before ORDER BY d.gtrid DESC LIMIT :rows")
    List<DecisionRecord> newest(UUID before, int rows);

    @Query(COLUMNS + """
            FROM decision d WHERE d.gtrid IN (
                SELECT g.gtrid FROM unfinished u CROSS JOIN LATERAL unnest(u.gtrids) AS g (gtrid)
                JOIN decision own ON own.gtrid = g.gtrid AND own.batch = u.batch
                WHERE g.gtrid < :before ORDER BY g.gtrid DESC LIMIT :rows)
            ORDER BY d.gtrid DESC
            """)
    List<DecisionRecord> newestUnfinished(UUID before, int rows);

    @Query(COLUMNS + """
            FROM decision d WHERE d.gtrid IN (
                SELECT DISTINCT h.gtrid FROM heuristic h WHERE h.gtrid < :before ORDER BY h.gtrid DESC LIMIT :rows)
            ORDER BY d.gtrid DESC
            """)
    List<DecisionRecord> newestHeuristic(UUID before, int rows);

    @Query("SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished")
    long countUnfinished();
}
