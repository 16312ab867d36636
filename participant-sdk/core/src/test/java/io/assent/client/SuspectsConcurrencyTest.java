package io.assent.client;

import io.assent.Interleavings;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** What many requests do to the suspects at once: one of them finds out whether a replica is back. */
public final class SuspectsConcurrencyTest {

    private static final URI REPLICA = URI.create("http://a");

    private final Clock clock = new Clock();
    private final Suspects suspects = new Suspects(clock);

    private static final class Clock implements LongSupplier {
        private long nanos;

        @Override
        public long getAsLong() {
            return nanos;
        }
    }

    public SuspectsConcurrencyTest() {
        suspects.add(REPLICA);
        clock.nanos = Duration.ofMinutes(1).toNanos();
    }

    @Test
    void oneRequestAtMostFindsOutIfAReplicaIsBack() {
        Interleavings.check(SuspectsConcurrencyTest.class);
    }

    @Operation
    public void clear() {
        suspects.clear(REPLICA);
    }

    @Operation
    public boolean claimProbe() {
        return suspects.claimProbe(REPLICA);
    }

    @Operation
    public boolean contains() {
        return suspects.contains(REPLICA);
    }
}
