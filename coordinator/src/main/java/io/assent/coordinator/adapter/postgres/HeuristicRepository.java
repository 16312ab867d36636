package io.assent.coordinator.adapter.postgres;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;

/** Heuristic outcomes, and what operators did about them. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface HeuristicRepository extends GenericRepository<HeuristicRow, UUID> {

    String COLUMNS = "SELECT gtrid, participant, bqual, kind, detail, detected_at, acknowledged_by FROM heuristic ";

    @Query(COLUMNS + "WHERE gtrid = :gtrid ORDER BY participant, bqual")
    List<HeuristicRow> of(UUID gtrid);

    @Query(COLUMNS + "WHERE acknowledged_at IS NULL ORDER BY detected_at, gtrid LIMIT :rows")
    List<HeuristicRow> open(int rows);

    @Query("SELECT count(*) FROM heuristic WHERE acknowledged_at IS NULL")
    long countOpen();

    @Query("""
            UPDATE heuristic SET acknowledged_at = now(), acknowledged_by = :by, acknowledged_reason = :reason
            WHERE gtrid = :gtrid AND acknowledged_at IS NULL
            """)
    int acknowledge(UUID gtrid, String by, String reason);

    @Query("""
            INSERT INTO operator_action (id, gtrid, action, by, reason, at)
            VALUES (:id, :gtrid, :action, :by, :reason, now())
            """)
    void audit(UUID id, UUID gtrid, String action, String by, String reason);

    /** Both or neither: nothing is acknowledged without a trace of who did it. */
    @Transactional
    default int acknowledgeAudited(UUID id, UUID gtrid, String by, String reason) {
        int acknowledged = acknowledge(gtrid, by, reason);
        if (acknowledged > 0) {
            audit(id, gtrid, "acknowledge heuristic", by, reason);
        }
        return acknowledged;
    }
}
