package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten commits in each quarter of a second before the moment; afterwards as each test says. */
class ThroughputTest {

    private static final long MOMENT = Long.MAX_VALUE - Duration.ofHours(1).toNanos();
    private static final int PER_BIN = 10;

    @Test
    void isNeverBelowHalfWhileHalfIsLeft() {
        Throughput throughput = after(5, 5, 10, 5);
        assertThat(throughput.longestBelowHalf()).isZero();
        assertThat(throughput.perSecondBefore()).isEqualTo(40);
    }

    @Test
    void countsTheLongestRunOfBinsBelowHalfAndNotTheirSum() {
        assertThat(after(4, 10, 0, 4, 4, 10, 4).longestBelowHalf()).isEqualTo(Duration.ofMillis(750));
    }

    @Test
    void staysBelowHalfToTheEndIfNothingComesBack() {
        assertThat(after(10, 0, 0, 0, 0).longestBelowHalf()).isEqualTo(Duration.ofSeconds(1));
    }

    private static Throughput after(int... bins) {
        List<Long> told = new ArrayList<>();
        int before = Math.toIntExact(Throughput.BEFORE.dividedBy(Throughput.BIN));
        for (int bin = -before; bin < 0; bin++) {
            add(told, bin, PER_BIN);
        }
        for (int bin = 0; bin < bins.length; bin++) {
            add(told, bin, bins[bin]);
        }
        add(told, -before - 1, 1000);
        add(told, bins.length, 1000);
        return new Throughput(told, MOMENT, Throughput.BIN.multipliedBy(bins.length));
    }

    private static void add(List<Long> told, int bin, int commits) {
        long begins = MOMENT + bin * Throughput.BIN.toNanos();
        for (int i = 0; i < commits; i++) {
            told.add(begins + i);
        }
    }
}
