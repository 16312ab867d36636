package io.assent.samples.bench.pieces;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import org.openjdk.jmh.annotations.Benchmark;

/** Minting: one gtrid a transaction, one bqual a branch. */
public class Identifiers extends Piece {

    @Benchmark
    public Gtrid mintGtrid() {
        return Gtrid.mint();
    }

    @Benchmark
    public Bqual mintBqual() {
        return Bqual.mint();
    }
}
