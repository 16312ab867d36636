package io.assent.samples.bench.pieces;

import io.assent.api.Gtrid;
import io.assent.coordinator.ring.Ring;
import java.util.List;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;

/** Who owns a transaction, among three replicas; and what a change of the ring costs. */
public class RingLookup extends Piece {

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
