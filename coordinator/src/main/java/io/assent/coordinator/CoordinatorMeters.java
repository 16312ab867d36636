package io.assent.coordinator;

import io.assent.api.Instruction.Action;
import io.assent.coordinator.adapter.http.OutcomeWatch;
import io.assent.coordinator.adapter.participant.GatewayStatistics;
import io.assent.coordinator.adapter.participant.HttpParticipantGateway;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.recovery.Recovery;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Binds what the parts count to metrics. docs/OPERATIONS.md lists their names, which stay. */
final class CoordinatorMeters {

    private CoordinatorMeters() {}

    static void bindEngine(MeterRegistry meters, Engine engine, Recovery recovery, OutcomeWatch watch) {
        inFlight(meters, "undecided", engine, Engine::undecidedCount);
        inFlight(meters, "delivering", engine, Engine::deliveringCount);
        Gauge.builder("assent.tickets.waiting", engine, Engine::waitingCount)
                .description("requests that wait for an answer")
                .register(meters);
        Gauge.builder("assent.watches", watch, OutcomeWatch::count)
                .description("long-polls that wait for an outcome")
                .register(meters);
        FunctionCounter.builder("assent.recovery.adopted", recovery, Recovery::adoptedCount)
                .description("transactions taken up from the log")
                .register(meters);
    }

    static void bindGateway(MeterRegistry meters, HttpParticipantGateway gateway) {
        GatewayStatistics statistics = gateway.statistics();
        count(meters, "assent.gateway.requests", statistics, GatewayStatistics::requests);
        count(meters, "assent.gateway.requests.failed", statistics, GatewayStatistics::requestsFailed);
        count(meters, "assent.gateway.abandoned", statistics, GatewayStatistics::abandoned);
        count(meters, "assent.gateway.refused", statistics, GatewayStatistics::refused);
        for (Action action : Action.values()) {
            FunctionCounter.builder("assent.gateway.instructions", statistics, s -> s.sent(action))
                    .tag("action", action.name())
                    .register(meters);
            FunctionCounter.builder("assent.gateway.instructions.unanswered", statistics, s -> s.unanswered(action))
                    .tag("action", action.name())
                    .register(meters);
        }
        Gauge.builder("assent.gateway.queued", gateway, HttpParticipantGateway::queued)
                .description("instructions without an answer")
                .register(meters);
        Gauge.builder("assent.gateway.backoff", gateway, HttpParticipantGateway::participantsInBackOff)
                .description("participants that do not answer at present")
                .register(meters);
        Gauge.builder("assent.gateway.participants", gateway, HttpParticipantGateway::participants)
                .register(meters);
    }

    private static void inFlight(MeterRegistry meters, String phase, Engine engine, ToDoubleFunction<Engine> count) {
        Gauge.builder("assent.inflight", engine, count)
                .tag("phase", phase)
                .description("transactions in this replica's memory")
                .register(meters);
    }

    private static void count(
            MeterRegistry meters,
            String name,
            GatewayStatistics statistics,
            ToDoubleFunction<GatewayStatistics> count) {
        FunctionCounter.builder(name, statistics, count).register(meters);
    }
}
