package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.testing.Interleavings;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** The writer, the sweep and acknowledgements meet at the tracker. */
public final class BatchTrackerConcurrencyTest {

    private static final UUID BATCH = Gtrid.mint(1, 1, 1).value();
    private static final Gtrid ONE = Gtrid.mint(2, 1, 1);
    private static final Gtrid TWO = Gtrid.mint(3, 1, 1);

    private final BatchTracker tracker = new BatchTracker(2);

    public BatchTrackerConcurrencyTest() {
        tracker.wrote(BATCH, List.of(ONE, TWO), List.of(), 0);
    }

    @Test
    void aBatchGoesOnceAllOfItHasFinishedWhateverTheOrder() {
        Interleavings.check(BatchTrackerConcurrencyTest.class);
    }

    @Operation
    public void finishedOne() {
        tracker.finished(BATCH, ONE);
    }

    @Operation
    public void finishedTwo() {
        tracker.finished(BATCH, TWO);
    }

    @Operation
    public boolean done() {
        return tracker.done(1).contains(BATCH);
    }

    @Operation
    public int sweep() {
        return tracker.found(BATCH, List.of(ONE), Set.of(ONE, TWO), 1).size();
    }
}
