package io.assent.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the ring may be fetched: one fetch at a time, and ever more seldom while fetching brings nothing new. Immutable;
 * times are those of a monotonic clock, in nanoseconds.
 *
 * @param fetching whether a fetch is under way
 * @param notBeforeNanos when the next one may start
 * @param interval how long after the last one that is
 * @param notServedUntilNanos until when a coordinator without rings is not asked, unless it tells of one
 */
record FetchPace(Fetching fetching, long notBeforeNanos, Duration interval, long notServedUntilNanos) {

    /** From one fetch to the next, if it brought a ring that was not told before. */
    static final Duration INTERVAL_MIN = Duration.ofMillis(250);

    /** To this the interval doubles while fetching brings nothing new. */
    static final Duration INTERVAL_MAX = Duration.ofSeconds(2);

    /** For how long a coordinator that serves no ring is not asked for it again. */
    static final Duration NOT_SERVED_FOR = Duration.ofMinutes(1);

    enum Fetching {
        YES,
        NO
    }

    /** Why the ring is wanted. */
    enum Cause {
        /** A replica told that there is another one. */
        TOLD,
        /** There is none, or a replica of it did not answer. */
        MISSED
    }

    static FetchPace from(long nowNanos) {
        return new FetchPace(Fetching.NO, nowNanos, INTERVAL_MIN, nowNanos);
    }

    /** The pace with a fetch that starts now; null if none may. */
    @Nullable
    FetchPace begun(long nowNanos, Cause cause) {
        boolean soon = nowNanos - notBeforeNanos < 0;
        boolean served = cause == Cause.TOLD || nowNanos - notServedUntilNanos >= 0;
        return fetching == Fetching.YES || soon || !served
                ? null
                : new FetchPace(Fetching.YES, nowNanos, interval, notServedUntilNanos);
    }

    FetchPace endedWithNews(long nowNanos) {
        return new FetchPace(Fetching.NO, nowNanos + INTERVAL_MIN.toNanos(), INTERVAL_MIN, nowNanos);
    }

    FetchPace endedWithout(long nowNanos) {
        Duration doubled = interval.multipliedBy(2);
        Duration longer = doubled.compareTo(INTERVAL_MAX) < 0 ? doubled : INTERVAL_MAX;
        return new FetchPace(Fetching.NO, nowNanos + interval.toNanos(), longer, nowNanos);
    }

    FetchPace endedNotServed(long nowNanos) {
        FetchPace without = endedWithout(nowNanos);
        return new FetchPace(
                Fetching.NO, without.notBeforeNanos, without.interval, nowNanos + NOT_SERVED_FOR.toNanos());
    }
}
