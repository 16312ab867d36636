package io.assent.coordinator.adapter.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer.Registry;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;

/**
 * A request comes to the server with all of its body, or as one that can't be read. The framework would begin to serve it with the
 * first bytes and take a chunk that is none for the end of the body, and a request without a body may decide something else than the same
 * one with it (rules R5 and R9).
 */
@Singleton
final class WholeRequests implements BeanCreatedEventListener<Registry> {

    private final HttpServerConfiguration server;

    WholeRequests(HttpServerConfiguration server) {
        this.server = server;
    }

    @Override
    public Registry onCreated(BeanCreatedEvent<Registry> event) {
        int bodyBytesMax = (int) Math.min(Integer.MAX_VALUE, server.getMaxRequestSize());
        event.getBean().register(new Listener(bodyBytesMax));
        return event.getBean();
    }

    private record Listener(int bodyBytesMax) implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new Connection(channel, bodyBytesMax) : this;
        }
    }

    private record Connection(Channel channel, int bodyBytesMax) implements NettyServerCustomizer {

        @Override
        public void onStreamPipelineBuilt() {
            String server = ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND;
            channel.pipeline().addBefore(server, "request-refusal", new RequestRefusal(bodyBytesMax));
            channel.pipeline().addBefore(server, "request-gathering", new RequestGathering(bodyBytesMax));
        }
    }
}
