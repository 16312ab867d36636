package io.assent.coordinator.adapter.participant;

import io.assent.api.InstructionJson;
import io.assent.api.MalformedException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One request and what comes of it. Ends once: with the reply, with a failure, or with the time-out, and then whatever
 * carries it is given up. Not thread-safe; lives on the participant's event loop.
 */
final class Exchange {

    private static final int OK = 200;

    private final byte[] request;
    private final GatewaySettings settings;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;
    private int bodyBytes;
    private Runnable carrier = () -> {};
    private @Nullable Future<?> timer;

    Exchange(byte[] request, GatewaySettings settings) {
        this.request = request;
        this.settings = settings;
    }

    byte[] request() {
        return request;
    }

    CompletableFuture<Reply> reply() {
        return reply;
    }

    boolean hasEnded() {
        return reply.isDone();
    }

    /** @param timeout calls {@link #timeOut} */
    void startsWith(Future<?> timeout) {
        timer = timeout;
    }

    /** @param giveUp called if the exchange ends before its reply */
    void carriedBy(Runnable giveUp) {
        carrier = giveUp;
    }

    void head(int replyStatus) {
        status = replyStatus;
    }

    /** @return whether it is not too long */
    boolean take(ByteBuf content) throws IOException {
        int length = content.readableBytes();
        if (length > settings.bounds().replyBytesMax() - bodyBytes) {
            return false;
        }
        bodyBytes += length;
        if (status == OK) {
            content.readBytes(body, length);
        }
        return true;
    }

    /** The reply is complete. */
    void complete() {
        end(read());
    }

    void fail(Reply.Cause cause, String error) {
        end(new Reply.Failed(cause, Texts.shown(error)));
        carrier.run();
    }

    void timeOut() {
        fail(
                Reply.Cause.BROKEN,
                "no reply within " + settings.timeouts().request().toMillis() + " ms");
    }

    private void end(Reply with) {
        if (timer != null) {
            timer.cancel(false);
        }
        reply.complete(with);
    }

    private Reply read() {
        if (status != OK) {
            return new Reply.Failed(Reply.Cause.BROKEN, "HTTP status " + status);
        }
        try {
            return new Reply.Answered(InstructionJson.readResults(body.toByteArray()));
        } catch (MalformedException e) {
            return new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("unreadable reply: " + e.getMessage()));
        } catch (RuntimeException e) {
            return new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("unreadable reply: " + e));
        }
    }
}
