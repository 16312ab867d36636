package io.assent.samples.crash;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The faults of all ways between the parties; one is armed at a time. Thread-safe. */
final class Network {

    private record Armed(Message message, Tampering tampering, AtomicInteger left) {}

    private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();
    private final AtomicInteger struck = new AtomicInteger();

    /** The next few such messages of whoever sends them suffer. */
    void arm(Message message, Tampering tampering, int times) {
        struck.set(0);
        armed.set(new Armed(message, tampering, new AtomicInteger(times)));
    }

    void disarm() {
        armed.set(null);
    }

    /** How many messages suffered since the last arming. */
    int struck() {
        return struck.get();
    }

    /** What happens to this request; null if nothing does. */
    @Nullable
    Tampering of(Request request) {
        Armed now = armed.get();
        if (now == null || !now.message().is(request) || now.left().getAndDecrement() <= 0) {
            return null;
        }
        struck.incrementAndGet();
        return now.tampering();
    }
}
