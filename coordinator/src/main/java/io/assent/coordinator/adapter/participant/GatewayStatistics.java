package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction.Action;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the gateway has done since it started. Every figure only grows. Thread-safe. */
public final class GatewayStatistics {

    private final LongAdder requests = new LongAdder();
    private final LongAdder requestsFailed = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<Action, LongAdder> sent = byAction();
    private final Map<Action, LongAdder> unanswered = byAction();

    GatewayStatistics() {}

    /** Requests sent. */
    public long requests() {
        return requests.sum();
    }

    /** Requests that got no reply, or one that can't be read. */
    public long requestsFailed() {
        return requestsFailed.sum();
    }

    /** Deliveries of ABORT left to the participant's own inquiry. */
    public long abandoned() {
        return abandoned.sum();
    }

    /** Instructions not taken because a queue was full. */
    public long refused() {
        return refused.sum();
    }

    /** Instructions sent, repeats included. */
    public long sent(Action action) {
        return of(sent, action).sum();
    }

    /** Instructions sent that have to be sent again: no reply, no usable result, or RETRY. */
    public long unanswered(Action action) {
        return of(unanswered, action).sum();
    }

    void countRequest() {
        requests.increment();
    }

    void countRequestFailed() {
        requestsFailed.increment();
    }

    void countAbandoned() {
        abandoned.increment();
    }

    void countRefused() {
        refused.increment();
    }

    void countSent(Action action) {
        of(sent, action).increment();
    }

    void countUnanswered(Action action) {
        of(unanswered, action).increment();
    }

    private static LongAdder of(Map<Action, LongAdder> counters, Action action) {
        return java.util.Objects.requireNonNull(counters.get(action));
    }

    private static Map<Action, LongAdder> byAction() {
        Map<Action, LongAdder> counters = new EnumMap<>(Action.class);
        for (Action action : Action.values()) {
            counters.put(action, new LongAdder());
        }
        return Collections.unmodifiableMap(counters);
    }
}
