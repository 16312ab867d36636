package io.assent.coordinator;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.engine.port.DecisionLog;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;

/** Ready: the log answers, what was unfinished at the start has been read once, and no shutdown is under way. */
@Singleton
@Readiness
final class ReadinessIndicator implements HealthIndicator {

    private static final String NAME = "assent";
    private static final Duration LOG_ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final Coordinator coordinator;
    private final PostgresDecisionLog log;

    ReadinessIndicator(Coordinator coordinator, PostgresDecisionLog log) {
        this.coordinator = coordinator;
        this.log = log;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.fromCompletableFuture(this::result);
    }

    private CompletableFuture<HealthResult> result() {
        Gtrid any = Gtrid.mint();
        CompletableFuture<Map<Gtrid, DecisionLog.Found>> read = new CompletableFuture<>();
        log.read(List.of(any), read::complete);
        return read.completeOnTimeout(Map.of(), LOG_ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(found -> {
                    DecisionLog.Found answer = found.get(any);
                    boolean answers = answer != null && !(answer instanceof DecisionLog.Found.Unavailable);
                    boolean ready = coordinator.isReady();
                    return HealthResult.builder(NAME, answers && ready ? HealthStatus.UP : HealthStatus.DOWN)
                            .details(Map.of(
                                    "decisionLog", answers ? "answers" : "does not answer",
                                    "durability", log.durability().toString(),
                                    "recovery", ready ? "has swept" : "has not swept, or is shutting down"))
                            .build();
                });
    }
}
