package io.assent.coordinator;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Ready: the log answers, reading what was unfinished at the start has begun, and no shutdown is under way. Of several logs one
 * is enough, degraded: the transactions of the others are refused, and to refuse all of them would help nobody.
 */
@Singleton
@Readiness
final class ReadinessIndicator implements HealthIndicator {

    private static final String NAME = "assent";

    private final Coordinator coordinator;
    private final LogHealth health;

    ReadinessIndicator(Coordinator coordinator, LogHealth health) {
        this.coordinator = coordinator;
        this.health = health;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.fromCompletableFuture(() -> health.look().thenApply(this::result));
    }

    private HealthResult result(LogHealth.Look look) {
        boolean ready = coordinator.isReady();
        Map<String, Object> details = look.details();
        details.put("recovery", ready ? "has begun" : "has not begun, or is shutting down");
        return HealthResult.builder(NAME, status(look, ready)).details(details).build();
    }

    private static HealthStatus status(LogHealth.Look look, boolean ready) {
        if (!ready || !look.any()) {
            return HealthStatus.DOWN;
        }
        return look.all() ? HealthStatus.UP : Degraded.STATUS;
    }
}
