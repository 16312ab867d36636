package io.assent.coordinator;

import io.assent.coordinator.adapter.http.Replica;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Whether the others see this replica. One that they don't see serves what it can, and safely, and stays ready.
 */
@Singleton
final class MembershipIndicator implements HealthIndicator {

    private static final String NAME = "membership";

    private final Membership membership;
    private final Replica replica;

    MembershipIndicator(Membership membership, Replica replica) {
        this.membership = membership;
        this.replica = replica;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(result());
    }

    private HealthResult result() {
        Replicas replicas = membership.replicas();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("replica", replica.id());
        details.put("ring", replicas.version());
        details.put(
                "serving", replicas.serving().stream().map(Replicas.Member::id).toList());
        membership.standing().trouble().ifPresent(trouble -> details.put("trouble", trouble));
        HealthStatus status = membership.standing().trouble().isEmpty() ? HealthStatus.UP : Degraded.STATUS;
        return HealthResult.builder(NAME, status).details(details).build();
    }
}
