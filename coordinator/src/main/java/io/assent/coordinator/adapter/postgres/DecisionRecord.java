package io.assent.coordinator.adapter.postgres;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/** A row of the decision table as queries read it, and how far its phase two has come. Never written this way. */
@SuppressWarnings("ArrayRecordComponent") // as the driver gives it; decoded at once and never compared
@MappedEntity("decision")
record DecisionRecord(@Id UUID gtrid, int outcome, UUID batch, Instant decidedAt, byte[] detail, int progress) {}
