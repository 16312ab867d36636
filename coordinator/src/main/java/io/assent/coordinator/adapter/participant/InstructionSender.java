package io.assent.coordinator.adapter.participant;

import io.assent.api.ParticipantUrl;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Batches as HTTP/1.1 requests over connections that are kept, those of a participant on one event loop. Thread-safe. */
final class InstructionSender implements Transport {

    private final GatewaySettings settings;
    private final EventLoops loops;
    private final Dialer dialer;

    /** One for each lane, so bounded as those are. */
    private final Set<ParticipantConnections> routes = ConcurrentHashMap.newKeySet();

    InstructionSender(GatewaySettings settings, EventLoops loops) {
        this(settings, loops, Dialer.RESOLVED);
    }

    InstructionSender(GatewaySettings settings, EventLoops loops, Dialer.Addresses addresses) {
        this.settings = settings;
        this.loops = loops;
        this.dialer =
                new Dialer(loops.channels(), addresses, settings.timeouts().connect());
    }

    @Override
    public Route open(ParticipantUrl participant) {
        ParticipantConnections route = new ParticipantConnections(
                Destination.of(participant), loops.group().next(), dialer, settings, routes::remove);
        routes.add(route);
        return route;
    }

    @Override
    public void close() {
        routes.forEach(ParticipantConnections::close);
    }
}
