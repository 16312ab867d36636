package io.assent.coordinator;

import io.assent.coordinator.adapter.participant.HttpParticipantGateway;
import io.assent.coordinator.adapter.participant.SilentParticipant;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Which participants do not answer while something waits for them. That is no fault of this replica, so it is UP all the
 * same.
 */
@Singleton
final class ParticipantsIndicator implements HealthIndicator {

    private static final String NAME = "participants";

    /** The most that are told by name; those that are silent for longest. */
    private static final int NAMED_MAX = 20;

    private final HttpParticipantGateway gateway;

    ParticipantsIndicator(HttpParticipantGateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(result());
    }

    private HealthResult result() {
        List<SilentParticipant> silent = gateway.silent();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("silentCount", silent.size());
        details.put(
                "silent",
                silent.stream()
                        .limit(NAMED_MAX)
                        .map(ParticipantsIndicator::describe)
                        .toList());
        return HealthResult.builder(NAME, HealthStatus.UP).details(details).build();
    }

    private static Map<String, Object> describe(SilentParticipant silent) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("participant", silent.participant().value());
        described.put("since", silent.since().toString());
        described.put("waiting", silent.waiting());
        described.put("lastError", silent.lastError());
        return described;
    }
}
