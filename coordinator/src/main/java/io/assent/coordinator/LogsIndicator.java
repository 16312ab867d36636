package io.assent.coordinator;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/**
 * Whether every log answers. Not part of readiness: a replica goes on with the transactions of the logs that do, and to take it out
 * of service would end these too.
 */
@Singleton
final class LogsIndicator implements HealthIndicator {

    private static final String NAME = "logs";

    private final LogHealth health;

    LogsIndicator(LogHealth health) {
        this.health = health;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.fromCompletableFuture(() -> health.look()
                .thenApply(look -> HealthResult.builder(NAME, look.all() ? HealthStatus.UP : HealthStatus.DOWN)
                        .details(look.details())
                        .build()));
    }
}
