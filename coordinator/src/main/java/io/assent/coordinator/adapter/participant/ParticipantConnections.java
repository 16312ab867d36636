package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.coordinator.engine.port.Errors;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one participant. They and the participant's lane live on one event loop: nothing here needs a lock,
 * and who reads a reply also settles it. There are never more of them than the lane had requests in flight, for one is
 * opened only while all others are busy; attempts at several addresses aside.
 */
final class ParticipantConnections implements Transport.Route {

    private final Destination destination;
    private final EventLoop loop;
    private final Dialer dialer;
    private final GatewaySettings settings;
    private final Consumer<ParticipantConnections> closing;
    private final Set<Exchange> underWay = new HashSet<>();

    /** The last used first, so that those that are too many grow old. */
    private final Deque<ParticipantConnection> idle = new ArrayDeque<>();

    /** Shared by all who ask while it lasts: a name server that hangs holds one thread and not more. */
    private @Nullable Future<Dialer.Place> lookUp;

    private boolean closed;

    ParticipantConnections(
            Destination destination,
            EventLoop loop,
            Dialer dialer,
            GatewaySettings settings,
            Consumer<ParticipantConnections> closing) {
        this.destination = destination;
        this.loop = loop;
        this.dialer = dialer;
        this.settings = settings;
        this.closing = closing;
    }

    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(Errors.uncaught(task));
        } catch (RejectedExecutionException e) {
            // The loop has ended. Nothing is carried any more, but who waits for something is still told.
            Thread.startVirtualThread(task);
        }
    }

    @Override
    public CompletableFuture<Reply> send(List<Instruction> instructions) {
        byte[] written;
        try {
            written = InstructionJson.writeInstructions(instructions);
        } catch (RuntimeException e) {
            // Such as evidence that is no text. It must not stop the others: whoever spoils a batch is alone in the
            // end.
            return CompletableFuture.completedFuture(
                    new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("request can't be written: " + e)));
        }
        Exchange exchange = new Exchange(written, settings);
        if (loop.inEventLoop()) {
            begin(exchange);
        } else {
            execute(() -> begin(exchange));
        }
        return exchange.reply();
    }

    @Override
    public void close() {
        closing.accept(this);
        execute(() -> {
            closed = true;
            List.copyOf(underWay).forEach(this::giveUp);
            List.copyOf(idle).forEach(ParticipantConnection::close);
        });
    }

    Destination destination() {
        return destination;
    }

    /** It has nothing to carry and can carry more. */
    void rests(ParticipantConnection connection) {
        if (closed) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    /** It carries nothing any more. */
    void ended(ParticipantConnection connection) {
        idle.remove(connection);
    }

    /**
     * The participant closed the kept connection while the request was on its way, as it may at any time. That says
     * nothing about the participant, and instructions may be repeated; but once, and on a connection that is new.
     */
    void again(Exchange exchange) {
        if (!exchange.hasEnded()) {
            dial(exchange);
        }
    }

    private void begin(Exchange exchange) {
        if (closed || loop.isShuttingDown()) {
            giveUp(exchange);
            return;
        }
        underWay.add(exchange);
        var _ = exchange.reply().whenComplete((_, _) -> underWay.remove(exchange));
        exchange.startsWith(
                loop.schedule(exchange::timeOut, settings.timeouts().request().toNanos(), TimeUnit.NANOSECONDS));
        ParticipantConnection kept = idle.pollFirst();
        while (kept != null && !kept.isOpen()) {
            kept = idle.pollFirst();
        }
        if (kept == null) {
            dial(exchange);
        } else {
            kept.carry(exchange);
        }
    }

    private void dial(Exchange exchange) {
        if (lookUp == null || lookUp.isDone()) {
            lookUp = dialer.find(destination, loop);
        }
        ParticipantConnection connection = new ParticipantConnection(this, settings);
        Promise<Channel> dialled = dialer.dial(destination, lookUp, loop, connection.handlers());
        exchange.carriedBy(() -> dialled.cancel(false));
        dialled.addListener((Future<Channel> result) -> {
            if (exchange.hasEnded()) {
                connection.close();
            } else if (result.isSuccess()) {
                connection.carry(exchange);
            } else if (!result.isCancelled()) {
                exchange.fail(Reply.Cause.UNREACHABLE, noConnection(result.cause()));
            }
        });
    }

    private void giveUp(Exchange exchange) {
        exchange.fail(Reply.Cause.BROKEN, "no reply: the gateway was closed");
    }

    private String noConnection(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                ? "no connection within " + settings.timeouts().connect().toMillis() + " ms"
                : "no connection: " + ParticipantConnection.said(cause);
    }
}
