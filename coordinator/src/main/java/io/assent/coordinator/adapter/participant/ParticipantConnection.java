package io.assent.coordinator.adapter.participant;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a participant, carrying one request at a time. It is used again only after a reply that ended
 * where it said it would, to a request that was fully sent. Not thread-safe; lives on the participant's event loop.
 */
final class ParticipantConnection extends SimpleChannelInboundHandler<HttpObject> {

    /** Each costs processor time, and the time-out of a request is long. */
    private static final int INTERIM_MAX = 16;

    private final ParticipantConnections home;
    private final GatewaySettings settings;
    private final ReplyDecoder decoder = new ReplyDecoder();
    private @Nullable Channel channel;
    private @Nullable Exchange exchange;
    private @Nullable ChannelFuture sending;
    private @Nullable Future<?> idleCheck;
    private Use use = Use.FIRST;
    private Head head = Head.FINAL;
    private int interims;
    private boolean keepAlive;
    private long restsSinceNanos;

    private enum Use {
        FIRST,
        REPEATED
    }

    private enum Head {
        /** Such as 103 Early Hints: another one follows. */
        INTERIM,
        FINAL
    }

    ParticipantConnection(ParticipantConnections home, GatewaySettings settings) {
        this.home = home;
        this.settings = settings;
    }

    /** What reads and writes on the channel once it is connected. */
    ChannelHandler handlers() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connected) {
                connected.pipeline().addLast(decoder, new HttpRequestEncoder(), ParticipantConnection.this);
            }
        };
    }

    boolean isOpen() {
        return channel != null && channel.isActive();
    }

    /** To be called when the channel is connected and nothing else is being carried. */
    void carry(Exchange next) {
        Channel connected = java.util.Objects.requireNonNull(channel);
        exchange = next;
        keepAlive = false;
        interims = 0;
        decoder.await();
        next.carriedBy(this::abandon);
        ChannelFuture written = connected.writeAndFlush(request(next.request()));
        sending = written;
        if (!written.isSuccess()) {
            written.addListener(done -> {
                if (!done.isSuccess() && exchange == next) {
                    broken(said(done.cause()));
                }
            });
        }
    }

    void close() {
        abandon();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) throws IOException {
        Exchange current = exchange;
        if (current == null) {
            return; // the connection is being closed
        }
        if (message.decoderResult().isFailure()) {
            broken("it can't be read: " + said(message.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpResponse response) {
            begin(current, response);
        }
        if (exchange == null || head == Head.INTERIM) {
            return;
        }
        if (message instanceof HttpContent content && !current.take(content.content())) {
            broken("it is longer than " + settings.bounds().replyBytesMax() + " bytes");
        } else if (message instanceof LastHttpContent) {
            end(current);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken(decoder.hasBegun() ? "the connection was closed before its end" : "the connection was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(said(cause));
    }

    /** In its own words. A failed handshake says what failed in its cause only. */
    static String said(Throwable cause) {
        Throwable reason = cause instanceof SSLException && cause.getCause() != null ? cause.getCause() : cause;
        String message = reason.getMessage();
        return message == null || message.isBlank() ? reason.getClass().getSimpleName() : message;
    }

    private void begin(Exchange current, HttpResponse response) {
        HttpResponseStatus status = response.status();
        boolean informational = status.codeClass() == HttpStatusClass.INFORMATIONAL;
        if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            broken("it wants to speak another protocol");
            return;
        }
        if (informational && ++interims > INTERIM_MAX) {
            broken("more than " + INTERIM_MAX + " informational ones came before it");
            return;
        }
        head = informational ? Head.INTERIM : Head.FINAL;
        keepAlive = HttpUtil.isKeepAlive(response);
        current.head(status.code());
    }

    private void end(Exchange ended) {
        exchange = null;
        boolean alone = decoder.end();
        boolean sent = sending != null && sending.isSuccess();
        if (alone && sent && keepAlive && isOpen()) {
            use = Use.REPEATED;
            rest();
        } else {
            abandon();
        }
        ended.complete();
    }

    private void rest() {
        restsSinceNanos = System.nanoTime();
        if (idleCheck == null) {
            checkIdlenessAfter(settings.timeouts().idle().toNanos());
        }
        home.rests(this);
    }

    /** One timer for a connection and not one for each rest: most rests are short. */
    private void checkIdlenessAfter(long nanos) {
        if (channel != null) {
            idleCheck = channel.eventLoop().schedule(this::checkIdleness, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void checkIdleness() {
        Duration idle = settings.timeouts().idle();
        long left = exchange == null ? idle.toNanos() - (System.nanoTime() - restsSinceNanos) : idle.toNanos();
        if (left <= 0) {
            abandon();
        } else {
            checkIdlenessAfter(left);
        }
    }

    private void broken(String why) {
        Exchange lost = exchange;
        boolean stale = use == Use.REPEATED && !decoder.hasBegun();
        abandon();
        if (lost == null) {
            return;
        }
        if (stale) {
            home.again(lost);
        } else {
            lost.fail(Reply.Cause.BROKEN, "no reply: " + why);
        }
    }

    /** Whatever it carries, nothing more comes of it here. */
    private void abandon() {
        exchange = null;
        home.ended(this);
        if (idleCheck != null) {
            idleCheck.cancel(false);
        }
        if (channel != null) {
            var _ = channel.close();
        }
    }

    private FullHttpRequest request(byte[] body) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, home.destination().path(), Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.HOST, home.destination().hostHeader())
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.ACCEPT, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return request;
    }
}
