package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.Scheduler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/** The real gateway with all its queues and pauses, for a simulation that carries its requests. */
public interface SimulatedWire {

    /**
     * Carries a batch. At most one of the consumers is called, once; if none is, the request times out.
     *
     * @param refused told that there was no connection
     */
    void carry(
            ParticipantUrl participant,
            List<Instruction> instructions,
            Consumer<List<InstructionResult>> replied,
            Runnable refused);

    /** @param dice from a bound a number of 0 to that bound, both included */
    static HttpParticipantGateway gateway(
            SimulatedWire wire,
            GatewaySettings settings,
            AllowedOrigins origins,
            Scheduler scheduler,
            Executor executor,
            LongUnaryOperator dice) {
        return new HttpParticipantGateway(
                origins,
                new Means(
                        settings,
                        scheduler,
                        new Transport() {
                            @Override
                            public Route open(ParticipantUrl participant) {
                                return new SimulatedRoute(wire, participant, settings, scheduler, executor);
                            }

                            @Override
                            public void close() {}
                        },
                        new BackOff(settings.pauses(), dice),
                        new GatewayStatistics(),
                        (point, gtrid) -> {},
                        new UnderWay()));
    }

    /** Times out by the simulation's clock, and runs the lane when the simulation says. */
    record SimulatedRoute(
            SimulatedWire wire,
            ParticipantUrl participant,
            GatewaySettings settings,
            Scheduler scheduler,
            Executor executor)
            implements Transport.Route {

        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public CompletableFuture<Reply> send(List<Instruction> instructions) {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            Scheduler.Cancellable timeout = scheduler.after(
                    settings.timeouts().request(),
                    () -> reply.complete(new Reply.Failed(Reply.Cause.BROKEN, "no reply in time")));
            wire.carry(
                    participant,
                    instructions,
                    results -> {
                        timeout.cancel();
                        reply.complete(new Reply.Answered(results));
                    },
                    () -> {
                        timeout.cancel();
                        reply.complete(new Reply.Failed(Reply.Cause.UNREACHABLE, "no connection"));
                    });
            return reply;
        }

        @Override
        public void close() {}
    }
}
