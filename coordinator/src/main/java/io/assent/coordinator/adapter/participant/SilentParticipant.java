package io.assent.coordinator.adapter.participant;

import io.assent.api.ParticipantUrl;
import java.time.Duration;
import java.time.Instant;

/**
 * A participant for which something waits, and that has not answered since the first of its requests failed.
 *
 * @param since by this machine's clock
 * @param waiting instructions without an answer
 * @param lastError why the last request failed
 */
public record SilentParticipant(
        ParticipantUrl participant, Instant since, Duration silentFor, int waiting, String lastError) {}
