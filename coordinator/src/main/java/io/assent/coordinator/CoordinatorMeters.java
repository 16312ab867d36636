package io.assent.coordinator;

import io.assent.api.Instruction.Action;
import io.assent.coordinator.adapter.http.OutcomeWatch;
import io.assent.coordinator.adapter.http.Queries;
import io.assent.coordinator.adapter.participant.GatewayStatistics;
import io.assent.coordinator.adapter.participant.HttpParticipantGateway;
import io.assent.coordinator.adapter.postgres.LogStatistics;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.recovery.Recoveries;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Binds what the parts count to metrics. docs/OPERATIONS.md lists their names, which stay. */
final class CoordinatorMeters {

    private CoordinatorMeters() {}

    static void bindEngine(MeterRegistry meters, Engine engine, Recoveries recovery, OutcomeWatch watch) {
        inFlight(meters, "undecided", engine, Engine::undecidedCount);
        inFlight(meters, "delivering", engine, Engine::deliveringCount);
        Gauge.builder("assent.tickets.waiting", engine, Engine::waitingCount)
                .description("requests that wait for an answer")
                .register(meters);
        Gauge.builder("assent.watches", watch, OutcomeWatch::count)
                .description("long-polls that wait for an outcome")
                .register(meters);
        FunctionCounter.builder("assent.recovery.adopted", recovery, Recoveries::adoptedCount)
                .description("transactions taken up from the log")
                .register(meters);
        FunctionCounter.builder("assent.recovery.released", recovery, Recoveries::releasedCount)
                .description("transactions left to their owners")
                .register(meters);
    }

    static void bindMembership(MeterRegistry meters, Membership membership) {
        Gauge.builder("assent.replicas", membership, m -> m.replicas().serving().size())
                .description("replicas that take work, as this one knows")
                .register(meters);
        Gauge.builder(
                        "assent.replica.unseen",
                        membership,
                        m -> m.standing().trouble().isPresent() ? 1 : 0)
                .description("1 while the other replicas don't see this one")
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
        Gauge.builder("assent.gateway.silent.seconds", gateway, CoordinatorMeters::longestSilence)
                .description("how long the participant that is silent for longest has not answered")
                .register(meters);
        Gauge.builder("assent.gateway.participants", gateway, HttpParticipantGateway::participants)
                .register(meters);
    }

    private static double longestSilence(HttpParticipantGateway gateway) {
        return gateway.silent().stream()
                .mapToDouble(silent -> silent.silentFor().toMillis() / 1e3)
                .max()
                .orElse(0);
    }

    static void bindLogs(MeterRegistry meters, List<PostgresDecisionLog> logs, Queries queries) {
        logs.forEach(log -> bindLog(meters, log));
        Gauge.builder("assent.unfinished", queries, q -> q.latestCounts().unfinished())
                .description("decided transactions of which some branch has not acknowledged")
                .register(meters);
        Gauge.builder("assent.heuristics.open", queries, q -> q.latestCounts().openHeuristics())
                .description("heuristic outcomes that nobody has acknowledged")
                .register(meters);
    }

    private static void bindLog(MeterRegistry meters, PostgresDecisionLog log) {
        logCount(meters, "assent.log.batches", log, LogStatistics::batches);
        logCount(meters, "assent.log.proposals", log, LogStatistics::proposals);
        logCount(meters, "assent.log.retries", log, LogStatistics::retries);
        logCount(meters, "assent.log.collisions", log, LogStatistics::collisions);
        logCount(meters, "assent.log.busy.seconds", log, s -> s.busyNanos() / 1e9);
        Gauge.builder("assent.log.queued", log, PostgresDecisionLog::queued)
                .tag("log", Integer.toString(log.number()))
                .description("proposals that wait for a statement")
                .register(meters);
        Gauge.builder("assent.log.reachable", log, l -> l.statistics().isReachable() ? 1 : 0)
                .tag("log", Integer.toString(log.number()))
                .description("1 unless the latest statement that decides, or a later read, failed")
                .register(meters);
    }

    private static void logCount(
            MeterRegistry meters, String name, PostgresDecisionLog log, ToDoubleFunction<LogStatistics> count) {
        FunctionCounter.builder(name, log.statistics(), count)
                .tag("log", Integer.toString(log.number()))
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
