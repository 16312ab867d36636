package io.assent.coordinator.adapter.participant;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: the look-up of the name, the connection and the handshake of TLS within the connect time-out.
 * Certificates are checked against the JDK's trust store, and must be for the host. Thread-safe.
 *
 * <p>What may take long (a look-up, reading the trust store, checking a certificate) is done beside the event loops.
 */
final class Dialer {

    private final ChannelFactory<? extends Channel> channels;
    private final Duration timeout;
    private final Executor beside = Thread::startVirtualThread;
    private @Nullable SslContext tls;

    /** Where to connect to.
     * @param tls null for plain HTTP */
    record Place(InetSocketAddress address, @Nullable SslContext tls) {}

    Dialer(ChannelFactory<? extends Channel> channels, Duration timeout) {
        this.channels = channels;
        this.timeout = timeout;
    }

    /** @return the place, told on the loop */
    Future<Place> find(Destination destination, EventLoop loop) {
        InetAddress literal = destination.literal();
        if (literal != null && destination.scheme() == Destination.Scheme.HTTP) {
            return loop.newSucceededFuture(new Place(new InetSocketAddress(literal, destination.port()), null));
        }
        Promise<Place> found = loop.newPromise();
        beside.execute(() -> {
            try {
                InetAddress address = literal == null ? destination.lookUp() : literal;
                found.trySuccess(new Place(new InetSocketAddress(address, destination.port()), tlsFor(destination)));
            } catch (Exception e) {
                found.tryFailure(e);
            }
        });
        return found;
    }

    /**
     * To be called on the loop. Cancelling the result gives the connection up, as the time-out does.
     *
     * @param last the handlers behind TLS
     * @return the connection, ready for a request
     */
    Promise<Channel> dial(Destination destination, Future<Place> found, EventLoop loop, ChannelHandler last) {
        Promise<Channel> dialled = loop.newPromise();
        Future<?> timer = loop.schedule(
                () -> dialled.tryFailure(new ConnectTimeoutException("none within " + timeout.toMillis() + " ms")),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
        dialled.addListener(_ -> timer.cancel(false));
        found.addListener((Future<Place> place) -> {
            if (!place.isSuccess()) {
                dialled.tryFailure(place.cause());
            } else if (!dialled.isDone()) {
                connect(destination, place.getNow(), loop, last, dialled);
            }
        });
        return dialled;
    }

    private void connect(
            Destination destination, Place place, EventLoop loop, ChannelHandler last, Promise<Channel> dialled) {
        Promise<Channel> secured = loop.newPromise();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the timer covers more
                .disableResolver()
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslContext context = place.tls();
                        if (context == null) {
                            secured.setSuccess(channel);
                        } else {
                            channel.pipeline().addLast(handshake(context, destination, channel, secured));
                        }
                        channel.pipeline().addLast(last);
                    }
                })
                .connect(place.address());
        dialled.addListener(result -> {
            if (!result.isSuccess()) {
                var _ = connecting.channel().close();
            }
        });
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                secured.addListener((Future<Channel> done) -> settle(done, dialled));
            } else {
                dialled.tryFailure(connected.cause());
            }
        });
    }

    private SslHandler handshake(
            SslContext context, Destination destination, Channel channel, Promise<Channel> secured) {
        SslHandler handler = context.newHandler(channel.alloc(), destination.host(), destination.port(), beside);
        handler.setHandshakeTimeoutMillis(0); // the timer covers it
        handler.handshakeFuture().addListener((Future<Channel> done) -> settle(done, secured));
        return handler;
    }

    private static void settle(Future<Channel> done, Promise<Channel> promise) {
        if (done.isSuccess()) {
            promise.trySuccess(done.getNow());
        } else {
            promise.tryFailure(done.cause());
        }
    }

    private @Nullable SslContext tlsFor(Destination destination) throws SSLException {
        return switch (destination.scheme()) {
            case HTTP -> null;
            case HTTPS -> tls();
        };
    }

    private synchronized SslContext tls() throws SSLException {
        SslContext made = tls;
        if (made == null) {
            made = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
            tls = made;
        }
        return made;
    }
}
