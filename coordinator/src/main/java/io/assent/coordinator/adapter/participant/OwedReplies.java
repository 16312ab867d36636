package io.assent.coordinator.adapter.participant;

import java.time.Duration;

/**
 * The requests to one participant that are under way, and whether it is prompt: it is as long as its last reply did not take
 * too long and it has not owed one for too long. Who has never replied is not. Not thread-safe; guarded by the lane's lock.
 *
 * <p>Times are nanoseconds with an arbitrary origin, so they are compared by their difference.
 */
final class OwedReplies {

    private final long promptNanosMax;
    private int count;
    private long owedSinceNanos;
    private Last last = Last.NONE_OR_LATE;

    private enum Last {
        IN_TIME,
        NONE_OR_LATE
    }

    /** @param promptMax a reply that takes longer is late; zero: every one is */
    OwedReplies(Duration promptMax) {
        this.promptNanosMax = promptMax.toNanos();
    }

    int count() {
        return count;
    }

    void sent(long nowNanos) {
        if (count == 0) {
            owedSinceNanos = nowNanos;
        }
        count++;
    }

    void replied(long sentNanos, long nowNanos) {
        ended(nowNanos);
        last = nowNanos - sentNanos < promptNanosMax ? Last.IN_TIME : Last.NONE_OR_LATE;
    }

    /** There was no reply. */
    void failed(long nowNanos) {
        ended(nowNanos);
        last = Last.NONE_OR_LATE;
    }

    boolean arePrompt(long nowNanos) {
        return last == Last.IN_TIME && (count == 0 || nowNanos - owedSinceNanos < promptNanosMax);
    }

    private void ended(long nowNanos) {
        count--;
        owedSinceNanos = nowNanos;
    }
}
