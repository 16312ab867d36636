package io.assent.coordinator.adapter.http;

import io.assent.coordinator.engine.DecisionListener;
import io.assent.coordinator.engine.port.Scheduler;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The lines of a reply, sent as they come, by any thread; what comes while the connection is busy goes out in one piece.
 * Ends with the last of as many lines as were announced, so that it holds no more than these. For one subscriber.
 * Thread-safe.
 */
final class AnswerStream implements Publisher<byte[]>, Subscription {

    /** In a stream of so many, what it costs whatever their number is little for each, and holding others for it saves nothing. */
    static final int LARGE_MIN = 32;

    private static final byte[] EMPTY_LINE = {'\n'};

    private final boolean large;
    private final Scheduler scheduler;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private @Nullable Subscriber<? super byte[]> subscriber;
    private long requested;
    private int missing;
    private State state = State.IDLE;
    private Begun begun = Begun.NOTHING;
    private Scheduler.@Nullable Cancellable signTimer;

    private enum State {
        IDLE,
        EMITTING,
        OVER
    }

    private enum Begun {
        NOTHING,
        SOMETHING
    }

    /** @param lines how many there will be */
    AnswerStream(int lines, Scheduler scheduler) {
        this.missing = lines;
        this.large = lines >= LARGE_MIN;
        this.scheduler = scheduler;
    }

    /** Adds one of the lines. */
    void add(byte[] line) {
        synchronized (this) {
            missing--;
            append(line);
        }
        drain();
    }

    /**
     * Something is decided. The other side hears of it as soon as there is something to tell: the first line if that is expected
     * soon, else an empty one, at once or when the time is over. So what waits there for this stream goes together with what comes
     * until then, unless that would be long, or this stream is large itself.
     *
     * @param expectedWithin as {@link DecisionListener} has it
     */
    void decided(Duration expectedWithin) {
        if (large || expectedWithin.isZero()) {
            sign();
            return;
        }
        synchronized (this) {
            if (begun == Begun.NOTHING && signTimer == null && state != State.OVER) {
                signTimer = scheduler.after(expectedWithin, this::sign);
            }
        }
    }

    private void sign() {
        synchronized (this) {
            if (begun == Begun.SOMETHING) {
                return;
            }
            append(EMPTY_LINE);
        }
        drain();
    }

    @Override
    public void subscribe(Subscriber<? super byte[]> newSubscriber) {
        synchronized (this) {
            if (subscriber != null) {
                throw new IllegalStateException("the stream has a subscriber already");
            }
            subscriber = newSubscriber;
        }
        newSubscriber.onSubscribe(this);
        drain();
    }

    @Override
    public void request(long more) {
        synchronized (this) {
            requested = requested + more < 0 ? Long.MAX_VALUE : requested + more;
        }
        drain();
    }

    /** The other side has gone. What it asked for goes on all the same. */
    @Override
    public synchronized void cancel() {
        state = State.OVER;
        pending.reset();
        cancelSignTimer();
    }

    private void cancelSignTimer() {
        if (signTimer != null) {
            signTimer.cancel();
            signTimer = null;
        }
    }

    private void append(byte[] line) {
        begun = Begun.SOMETHING;
        cancelSignTimer();
        if (state != State.OVER) {
            pending.writeBytes(line);
        }
    }

    /** Only one thread at a time emits; what another one adds meanwhile is found at the next turn. */
    private void drain() {
        while (true) {
            Subscriber<? super byte[]> to;
            byte[] piece;
            synchronized (this) {
                to = subscriber;
                if (to == null || state != State.IDLE) {
                    return;
                }
                piece = pending.toByteArray();
                if (piece.length == 0 && missing == 0) {
                    state = State.OVER;
                } else if (piece.length == 0 || requested == 0) {
                    return;
                } else {
                    pending.reset();
                    requested--;
                    state = State.EMITTING;
                }
            }
            if (piece.length == 0) {
                to.onComplete();
                return;
            }
            to.onNext(piece);
            synchronized (this) {
                if (state == State.EMITTING) {
                    state = State.IDLE;
                }
            }
        }
    }
}
