package io.assent.coordinator.adapter.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.ParticipantUrl;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;

/**
 * A request that goes nowhere: what it takes to write one over plain HTTP is loaded before there is one. A start has the time for it while it waits for the
 * log, and what a crash has left does not wait for it then (docs/PERFORMANCE.md, section 5).
 */
final class Rehearsal {

    private static final ParticipantUrl NOBODY = new ParticipantUrl("http://rehearsal.invalid/");

    private static final Instruction INSTRUCTION =
            new Instruction(Instruction.Action.COMMIT, Gtrid.mint(), Bqual.mint(), "");

    private final GatewaySettings settings;
    private final EventLoops loops;

    Rehearsal(GatewaySettings settings, EventLoops loops) {
        this.settings = settings;
        this.loops = loops;
    }

    /**
     * In the caller's thread, in memory alone.
     *
     * @return the size of the request, in bytes
     */
    int run() {
        loops.channels().newChannel().unsafe().closeForcibly();
        ParticipantConnections nobody = new ParticipantConnections(
                Destination.of(NOBODY),
                loops.group().next(),
                new Dialer(
                        loops.channels(), Dialer.RESOLVED, settings.timeouts().connect()),
                settings,
                _ -> {});
        ParticipantConnection connection = new ParticipantConnection(nobody, settings);
        EmbeddedChannel memory = new EmbeddedChannel(connection.handlers());
        try {
            connection.carry(new Exchange(InstructionJson.writeInstructions(List.of(INSTRUCTION)), settings));
            return memory.outboundMessages().stream()
                    .mapToInt(part -> ((ByteBuf) part).readableBytes())
                    .sum();
        } finally {
            memory.finishAndReleaseAll();
        }
    }
}
