package io.assent.coordinator.adapter.participant;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads replies, and knows what the messages alone don't show: whether a reply has begun, and whether anything came
 * that nobody asked for. A connection with such bytes on it would give them as the beginning of the next reply.
 */
final class ReplyDecoder extends HttpResponseDecoder {

    private static final int LINE_LENGTH_MAX = 8 * 1024;
    private static final int HEADER_BYTES_MAX = 64 * 1024;

    private enum State {
        NOTHING_ASKED,
        AWAITING,
        BEGUN
    }

    private State state = State.NOTHING_ASKED;

    ReplyDecoder() {
        super(new HttpDecoderConfig().setMaxInitialLineLength(LINE_LENGTH_MAX).setMaxHeaderSize(HEADER_BYTES_MAX));
    }

    void await() {
        state = State.AWAITING;
    }

    boolean hasBegun() {
        return state == State.BEGUN;
    }

    /** The reply has ended.
     * @return whether nothing follows it */
    boolean end() {
        state = State.NOTHING_ASKED;
        return actualReadableBytes() == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (state == State.NOTHING_ASKED) {
            ReferenceCountUtil.release(message);
            var _ = context.close();
            return;
        }
        state = State.BEGUN;
        super.channelRead(context, message);
    }
}
