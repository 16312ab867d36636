package io.assent.samples.bench.pieces;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Minting: one gtrid a transaction, one bqual a branch. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Identifiers {

    @Benchmark
    public Gtrid mintGtrid() {
        return Gtrid.mint();
    }

    @Benchmark
    public Bqual mintBqual() {
        return Bqual.mint();
    }
}
