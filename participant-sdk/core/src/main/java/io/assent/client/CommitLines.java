package io.assent.client;

import io.assent.api.CommitsJson;
import io.assent.api.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Takes the lines of a reply to many requests as they come. A line counts once its end is here, so that half of one is
 * never taken for a whole. What is no line of the protocol fails the exchange, and so does a reply that is too long.
 */
final class CommitLines implements HttpResponse.BodySubscriber<byte[]> {

    private static final byte[] NOTHING = {};

    /** Hears what comes, in one thread at a time. */
    interface Listener {

        void answer(CommitsJson.Line line);

        /** After one or more lines, empty ones too: the replica has decided something. */
        void sign();
    }

    private final CompletableFuture<byte[]> end = new CompletableFuture<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final Listener listener;
    private int bytesLeft = BoundedBody.BYTES_MAX;
    private Flow.@Nullable Subscription subscription;

    CommitLines(Listener listener) {
        this.listener = listener;
    }

    /** Completes with nothing when the reply has ended as it should. */
    @Override
    public CompletionStage<byte[]> getBody() {
        return end;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (end.isDone()) {
            return;
        }
        try {
            boolean any = false;
            for (ByteBuffer buffer : buffers) {
                any |= take(buffer);
            }
            if (any) {
                listener.sign();
            }
        } catch (IOException | MalformedException e) {
            if (subscription != null) {
                subscription.cancel();
            }
            end.completeExceptionally(e instanceof IOException ? e : new IOException(e.getMessage(), e));
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(NOTHING);
    }

    /** Whether a line has ended. */
    private boolean take(ByteBuffer buffer) throws IOException {
        bytesLeft -= buffer.remaining();
        if (bytesLeft < 0) {
            throw new IOException("reply longer than " + BoundedBody.BYTES_MAX + " bytes");
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                partial.write(bytes, start, i - start);
                start = i + 1;
                line(partial.toByteArray());
                partial.reset();
            }
        }
        partial.write(bytes, start, bytes.length - start);
        return start > 0;
    }

    private void line(byte[] line) {
        if (line.length > 0) {
            listener.answer(CommitsJson.readLine(line));
        }
    }
}
