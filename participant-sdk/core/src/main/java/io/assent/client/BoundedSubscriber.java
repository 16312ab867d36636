package io.assent.client;

import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Another's body, given up once the time is over: the connection is closed then, and the exchange fails. */
final class BoundedSubscriber<T> implements HttpResponse.BodySubscriber<T> {

    private final HttpResponse.BodySubscriber<T> subscriber;
    private final CompletableFuture<T> body;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean late;

    BoundedSubscriber(HttpResponse.BodySubscriber<T> subscriber, long nanos) {
        this.subscriber = subscriber;
        this.body = subscriber
                .getBody()
                .thenApply(whole -> whole)
                .toCompletableFuture()
                .orTimeout(Math.max(0, nanos), TimeUnit.NANOSECONDS)
                .handle(this::ended);
        CompletableFuture<T> unused = body.whenComplete((whole, failure) -> cancelIfLate());
    }

    @Override
    public CompletionStage<T> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        subscriber.onSubscribe(newSubscription);
        cancelIfLate();
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        subscriber.onNext(buffers);
    }

    @Override
    public void onError(Throwable failure) {
        subscriber.onError(failure);
    }

    @Override
    public void onComplete() {
        subscriber.onComplete();
    }

    private T ended(T whole, @Nullable Throwable failure) {
        if (failure == null) {
            return whole;
        }
        if (failure instanceof TimeoutException) {
            late = true;
            throw new CompletionException(new HttpTimeoutException("the body of the reply was not complete in time"));
        }
        throw failure instanceof CompletionException e ? e : new CompletionException(failure);
    }

    /** Once the caller knows that it is late: cancelling closes the connection, which would be another failure to be told. */
    private void cancelIfLate() {
        Flow.Subscription current = subscription;
        if (late && current != null) {
            current.cancel();
        }
    }
}
