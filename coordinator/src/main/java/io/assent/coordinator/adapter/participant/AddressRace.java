package io.assent.coordinator.adapter.participant;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of a name's addresses that answers. They are tried in their order, which is the resolver's choice:
 * the next one when the one before it has failed, or has said nothing for a while (RFC 8305, section 5). To be used once,
 * on the loop.
 */
final class AddressRace {

    private final Bootstrap bootstrap;
    private final EventLoop loop;
    private final Duration nextAfter;
    private final Deque<InetSocketAddress> left;
    private final Set<Channel> trying = new HashSet<>();
    private final Promise<Channel> connected;
    private @Nullable Future<?> next;
    private @Nullable Throwable firstFailure;

    /** @param nextAfter how long an address may say nothing before the next one is tried beside it */
    AddressRace(
            ChannelFactory<? extends Channel> channels,
            EventLoop loop,
            List<InetSocketAddress> addresses,
            Duration nextAfter) {
        this.loop = loop;
        this.nextAfter = nextAfter;
        this.left = new ArrayDeque<>(addresses);
        this.connected = loop.newPromise();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // whoever asked has a timer, which covers more
                .disableResolver()
                .handler(new Handlerless());
    }

    /** @return a channel to which no handler was added that does anything; has failed once all have, as the first did. Cancelling it gives all attempts up. */
    Promise<Channel> run() {
        connected.addListener(_ -> {
            stopWaiting();
            List.copyOf(trying).forEach(AddressRace::giveUp);
        });
        tryNext();
        return connected;
    }

    private void tryNext() {
        stopWaiting();
        InetSocketAddress address = connected.isDone() ? null : left.poll();
        if (address == null) {
            return;
        }
        if (!left.isEmpty()) {
            next = loop.schedule(this::tryNext, nextAfter.toNanos(), TimeUnit.NANOSECONDS);
        }
        ChannelFuture attempt = bootstrap.connect(address);
        if (attempt.isDone()) {
            tried(attempt); // it never came to be a channel, such as where no file may be opened any more
        } else {
            trying.add(attempt.channel());
            attempt.addListener(_ -> tried(attempt));
        }
    }

    private void tried(ChannelFuture attempt) {
        trying.remove(attempt.channel());
        if (attempt.isSuccess()) {
            if (!connected.trySuccess(attempt.channel())) {
                giveUp(attempt.channel());
            }
            return;
        }
        if (firstFailure == null) {
            firstFailure = attempt.cause();
        }
        if (!left.isEmpty() && !loop.isShuttingDown()) {
            tryNext();
        } else if (trying.isEmpty()) {
            connected.tryFailure(firstFailure);
        }
    }

    private static void giveUp(Channel channel) {
        var _ = channel.close();
    }

    private void stopWaiting() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    /** A bootstrap wants one; the channel gets its own once it is known which one it is. */
    @ChannelHandler.Sharable
    private static final class Handlerless extends ChannelInboundHandlerAdapter {}
}
