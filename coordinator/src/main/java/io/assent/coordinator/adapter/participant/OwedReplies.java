package io.assent.coordinator.adapter.participant;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The requests to one participant that are under way, and whether it is prompt: it is as long as its last reply to deliveries did
 * not take too long and settled all of them, and it owes none for too long. Who has never replied is not. Not thread-safe; guarded
 * by the lane's lock.
 *
 * <p>Times are nanoseconds with an arbitrary origin that never go back, so they are compared by their difference.
 */
final class OwedReplies {

    private final long promptNanosMax;
    /** As many as there may be requests in flight; the one that was sent first is first. */
    private final Deque<Long> sentNanos = new ArrayDeque<>();

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
        return sentNanos.size();
    }

    void sent(long nowNanos) {
        sentNanos.addLast(nowNanos);
    }

    /** All that was delivered with this request is settled. */
    void settled(long sentAtNanos, long nowNanos) {
        ended(sentAtNanos);
        last = nowNanos - sentAtNanos < promptNanosMax ? Last.IN_TIME : Last.NONE_OR_LATE;
    }

    /** There was no reply, or one that settles only a part. */
    void unsettled(long sentAtNanos) {
        ended(sentAtNanos);
        last = Last.NONE_OR_LATE;
    }

    /** A reply to votes alone. How fast a participant votes says nothing about its commits. */
    void ended(long sentAtNanos) {
        sentNanos.removeFirstOccurrence(sentAtNanos);
    }

    boolean arePrompt(long nowNanos) {
        return last == Last.IN_TIME && (sentNanos.isEmpty() || nowNanos - sentNanos.getFirst() < promptNanosMax);
    }
}
