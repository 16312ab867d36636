package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is done in advance must leave nothing behind. */
class RehearsalTest extends GatewayFixture {

    @Test
    void writesARequestAndKeepsNoSocket() {
        List<Channel> sockets = new ArrayList<>();
        EventLoops loops = new EventLoops(LOOPS.group(), () -> {
            Channel socket = new NioSocketChannel();
            sockets.add(socket);
            return socket;
        });

        assertThat(new Rehearsal(SETTINGS, loops).run()).isPositive();

        assertThat(sockets).hasSize(1).noneMatch(Channel::isOpen);
    }
}
