package io.assent.coordinator;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer.Registry;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import jakarta.inject.Singleton;

/**
 * What one turn of the event loop writes to a connection leaves together: the answers to many commits come together
 * whenever the last branches of these are confirmed in one delivery. It waits for the end of that turn and for no clock.
 */
@Singleton
final class GatheredWrites implements BeanCreatedEventListener<Registry> {

    @Override
    public Registry onCreated(BeanCreatedEvent<Registry> event) {
        event.getBean().register(new Listener());
        return event.getBean();
    }

    private static final class Listener implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
        }
    }

    private record Connection(Channel channel) implements NettyServerCustomizer {

        @Override
        public void onInitialPipelineBuilt() {
            channel.pipeline()
                    .addFirst(new FlushConsolidationHandler(
                            FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
        }
    }
}
