package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.engine.port.Turns;
import io.assent.coordinator.testing.Interleavings;
import java.time.Duration;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** Requests offer, the writer takes and ends: whatever was taken into the line comes out of it, once. */
public final class WriterLineConcurrencyTest {

    private static final int LENGTH_MAX = 2;

    private final WriterLine<String> line = new WriterLine<>(LENGTH_MAX, Turns.NONE);
    private boolean ended;

    @Test
    void whatWasTakenInComesOutOnceHoweverTheWriterEnds() {
        Interleavings.check(WriterLineConcurrencyTest.class);
    }

    @Operation
    public boolean offerOne() {
        return line.offer("one");
    }

    @Operation
    public boolean offerTwo() {
        return line.offer("two");
    }

    @Operation
    public void close() {
        line.close();
    }

    /** The writer takes nothing after its end. */
    @Operation(nonParallelGroup = "writer")
    public List<String> take() throws InterruptedException {
        return ended ? List.of() : line.take(1, Duration.ZERO);
    }

    /** Once. */
    @Operation(nonParallelGroup = "writer")
    public List<String> end() {
        if (ended) {
            return List.of();
        }
        ended = true;
        return line.end();
    }
}
