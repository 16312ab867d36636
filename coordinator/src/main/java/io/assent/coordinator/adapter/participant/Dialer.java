package io.assent.coordinator.adapter.participant;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
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
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: the look-up of the name, the connection to one of its addresses and the handshake of TLS within the connect time-out.
 * Certificates are checked against the JDK's trust store, and must be for the host. Thread-safe.
 *
 * <p>What may take long (a look-up, reading the trust store, checking a certificate) is done beside the event loops.
 */
final class Dialer {

    /** As the JDK's resolver says, with its cache, and with the delay that RFC 8305 recommends. */
    static final Addresses RESOLVED =
            new Addresses(name -> List.of(InetAddress.getAllByName(name)), Duration.ofMillis(250));

    private final ChannelFactory<? extends Channel> channels;
    private final Addresses addresses;
    private final Duration timeout;
    private final Executor beside = Thread::startVirtualThread;
    private @Nullable SslContext tls;

    /** Finds the addresses of a name, at least one; may take long. */
    interface Names {
        List<InetAddress> addressesOf(String name) throws UnknownHostException;
    }

    /**
     * Where to connect to.
     *
     * @param addresses in the order in which to try them
     * @param tls null for plain HTTP
     */
    record Place(
            List<InetSocketAddress> addresses, @Nullable SslContext tls) {}

    /**
     * How to come by addresses, and how to deal with several of them.
     *
     * @param nextAfter how long an address may say nothing before the next one is tried beside it
     */
    record Addresses(Names names, Duration nextAfter) {}

    /** @param timeout for one connection in all, however many addresses there are */
    Dialer(ChannelFactory<? extends Channel> channels, Addresses addresses, Duration timeout) {
        this.channels = channels;
        this.addresses = addresses;
        this.timeout = timeout;
    }

    /** @return the place, told on the loop */
    Future<Place> find(Destination destination, EventLoop loop) {
        InetAddress literal = destination.literal();
        if (literal != null && destination.scheme() == Destination.Scheme.HTTP) {
            return loop.newSucceededFuture(new Place(at(destination, List.of(literal)), null));
        }
        Promise<Place> found = loop.newPromise();
        beside.execute(() -> {
            try {
                List<InetAddress> all =
                        literal == null ? addresses.names().addressesOf(destination.host()) : List.of(literal);
                found.trySuccess(new Place(at(destination, all), tlsFor(destination)));
            } catch (Throwable e) {
                // An error too: others wait for the same look-up, and would do so for ever.
                found.tryFailure(e);
            }
        });
        return found;
    }

    private static List<InetSocketAddress> at(Destination destination, List<InetAddress> all) {
        return all.stream()
                .map(address -> new InetSocketAddress(address, destination.port()))
                .toList();
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
        Promise<Channel> connecting = new AddressRace(channels, loop, place.addresses(), addresses.nextAfter()).run();
        dialled.addListener(result -> {
            if (!result.isSuccess() && !connecting.cancel(false) && connecting.isSuccess()) {
                var _ = connecting.getNow().close();
            }
        });
        connecting.addListener((Future<Channel> connected) -> {
            if (connected.isSuccess()) {
                equip(destination, connected.getNow(), place.tls(), last, dialled);
            } else {
                dialled.tryFailure(connected.cause());
            }
        });
    }

    private void equip(
            Destination destination,
            Channel channel,
            @Nullable SslContext context,
            ChannelHandler last,
            Promise<Channel> dialled) {
        if (!channel.isActive()) {
            dialled.tryFailure(new ClosedChannelException());
            return;
        }
        if (context == null) {
            channel.pipeline().addLast(last);
            dialled.trySuccess(channel);
            return;
        }
        SslHandler handler = context.newHandler(channel.alloc(), destination.host(), destination.port(), beside);
        handler.setHandshakeTimeoutMillis(0); // the timer covers it
        handler.handshakeFuture().addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                dialled.trySuccess(done.getNow());
            } else {
                dialled.tryFailure(done.cause());
            }
        });
        channel.pipeline().addLast(handler, last);
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
