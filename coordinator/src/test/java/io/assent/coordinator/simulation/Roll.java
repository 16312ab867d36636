package io.assent.coordinator.simulation;

import io.assent.coordinator.engine.port.Replicas.Member;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The table in which replicas say that they are alive. A fail-over may forget it: that is for duty alone. */
final class Roll {

    private static final long GONE_AFTER_MILLIS = 3_500;

    private record Seen(Member member, long atMillis) {}

    private final Timeline timeline;
    private final Map<String, Seen> seen = new TreeMap<>();

    Roll(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Says that this one is alive, and tells who else is. */
    List<Member> renew(Member self) {
        long now = timeline.nowMillis();
        seen.put(self.id(), new Seen(self, now));
        return seen.values().stream()
                .filter(s -> now - s.atMillis < GONE_AFTER_MILLIS)
                .map(Seen::member)
                .filter(m -> !m.id().equals(self.id()))
                .toList();
    }

    void leave(Member self) {
        seen.remove(self.id());
    }
}
