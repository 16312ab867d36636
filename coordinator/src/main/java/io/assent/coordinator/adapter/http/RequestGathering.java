package io.assent.coordinator.adapter.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/**
 * Puts a request together with its body. One whose body can't be decoded, or grows longer than the limit, goes on without a body as a
 * request that can't be read. Of one that breaks off nothing goes on.
 */
final class RequestGathering extends HttpObjectAggregator {

    private final int bodyBytesMax;

    RequestGathering(int bodyBytesMax) {
        super(bodyBytesMax);
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    protected void finishAggregation(FullHttpMessage aggregated) throws Exception {
        if (aggregated.decoderResult().isFailure()) {
            aggregated.content().clear();
            HttpUtil.setKeepAlive(aggregated, false); // of what comes behind it nothing can be read
        }
        super.finishAggregation(aggregated);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        HttpRequest head = (HttpRequest) oversized;
        FullHttpRequest refused = new DefaultFullHttpRequest(
                head.protocolVersion(),
                head.method(),
                head.uri(),
                Unpooled.EMPTY_BUFFER,
                head.headers().copy(),
                EmptyHttpHeaders.INSTANCE);
        RequestRefusal.refuse(refused, RequestRefusal.tooLong(bodyBytesMax));
        context.fireChannelRead(refused);
    }
}
