package io.assent.coordinator.adapter.postgres;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of the heuristic table as queries read it. Never written this way. */
@MappedEntity("heuristic")
record HeuristicRow(
        @Id UUID gtrid,
        String participant,
        String bqual,
        String kind,
        String detail,
        Instant detectedAt,
        @Nullable String acknowledgedBy) {}
