package io.assent.samples.bench.pieces;

import io.assent.api.Gtrid;
import io.assent.coordinator.ring.Ring;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Who owns a transaction, among three replicas; and what a change of the ring costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RingLookup {

    private static final List<String> REPLICAS = List.of("c1", "c2", "c3");

    private final Ring ring = Ring.of(REPLICAS);
    private final UUID gtrid = Gtrid.mint().value();

    @Benchmark
    public String findOwner() {
        return ring.owner(gtrid);
    }

    @Benchmark
    public Ring makeRingOf3() {
        return Ring.of(REPLICAS);
    }
}
