package io.assent.coordinator.adapter.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request by its head where the body would not be read as it is meant. The head goes on alone, as a request that can't be read,
 * once the body has come, so that its sender is done and reads why; the connection ends with the reply.
 */
final class RequestRefusal extends ChannelInboundHandlerAdapter {

    /** How much is waited for of a body that is refused. */
    private static final int REFUSED_BYTES_MAX = 4 * 1024 * 1024;

    private final int bodyBytesMax;
    private @Nullable HttpRequest refused;
    private long refusedBytes;
    private boolean over;

    RequestRefusal(int bodyBytesMax) {
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
        } else if (refused != null) {
            drop(context, message);
        } else if (message instanceof HttpRequest head && head.decoderResult().isSuccess()) {
            judge(context, head);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void judge(ChannelHandlerContext context, HttpRequest head) {
        Problem problem = problemOf(head);
        if (problem == null) {
            context.fireChannelRead(head);
            return;
        }
        // Of the one nothing comes before the reply, of the other it can't be told when all has come.
        boolean comes = !head.headers().contains(HttpHeaderNames.EXPECT) && isFramed(head);
        refuse(head, problem);
        refused = head;
        if (!comes) {
            passOn(context);
        }
    }

    private void drop(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent content) {
            refusedBytes += content.content().readableBytes();
        }
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last || refusedBytes > REFUSED_BYTES_MAX) {
            passOn(context);
        }
    }

    private void passOn(ChannelHandlerContext context) {
        over = true;
        context.fireChannelRead(Objects.requireNonNull(refused));
        refused = null;
    }

    /** Has the server answer with the problem, and end the connection. */
    static void refuse(HttpRequest head, Problem problem) {
        head.setDecoderResult(DecoderResult.failure(problem.toException()));
        // It has no body any more, and nobody is to be told to go on with one.
        head.headers().remove(HttpHeaderNames.EXPECT);
        head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        HttpUtil.setKeepAlive(head, false);
    }

    private @Nullable Problem problemOf(HttpRequest head) {
        if (!isFramed(head)) {
            List<String> transfer = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            return unread(ErrorCode.MALFORMED, "Transfer-Encoding", String.join(", ", transfer))
                    .remedied("send Content-Length, or Transfer-Encoding: chunked and nothing else");
        }
        List<String> content = head.headers().getAll(HttpHeaderNames.CONTENT_ENCODING);
        if (!content.stream().allMatch(RequestRefusal::isIdentity)) {
            return unread(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding", String.join(", ", content))
                    .remedied("send the body as it is, without Content-Encoding");
        }
        String expected = head.headers().get(HttpHeaderNames.EXPECT);
        if (expected != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected.strip())) {
            return unread(ErrorCode.MALFORMED, "Expect", expected).remedied("send no Expect, or 100-continue");
        }
        return HttpUtil.getContentLength(head, 0L) > bodyBytesMax ? tooLong(bodyBytesMax) : null;
    }

    static Problem tooLong(int bodyBytesMax) {
        return Problem.of(ErrorCode.TOO_LARGE, "the body has more than " + bodyBytesMax + " bytes")
                .about("body", "more than " + bodyBytesMax + " bytes")
                .remedied("send less, or have the operator raise assent.http.body-bytes-max");
    }

    private static Problem unread(ErrorCode code, String header, String value) {
        return Problem.of(code, header + " '" + value + "' is not supported; the body was not read")
                .about(header, value);
    }

    /** Whether its head says where the body ends. */
    private static boolean isFramed(HttpRequest head) {
        List<String> transfer = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return transfer.isEmpty() || (transfer.size() == 1 && isChunked(transfer.get(0)));
    }

    private static boolean isChunked(String encoding) {
        return HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding.strip());
    }

    private static boolean isIdentity(String encoding) {
        return HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding.strip());
    }
}
