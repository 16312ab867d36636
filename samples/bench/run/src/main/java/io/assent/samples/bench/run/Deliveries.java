package io.assent.samples.bench.run;

import java.util.Arrays;
import java.util.List;

/** Instructions that came to a service, and when the first and the last one did, in milliseconds since 1970. */
record Deliveries(long count, long firstMillis, long lastMillis) {

    /** As a service says it. */
    static Deliveries parse(String text) {
        List<Long> numbers =
                Arrays.stream(text.strip().split(" ", -1)).map(Long::valueOf).toList();
        return new Deliveries(numbers.get(0), numbers.get(1), numbers.get(2));
    }

    /** Of two services together. A service that got nothing has no times to add. */
    Deliveries and(Deliveries other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        return new Deliveries(
                count + other.count, Math.min(firstMillis, other.firstMillis), Math.max(lastMillis, other.lastMillis));
    }
}
