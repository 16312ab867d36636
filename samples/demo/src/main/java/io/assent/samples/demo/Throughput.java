package io.assent.samples.demo;

import java.time.Duration;
import java.util.List;

/** How many commits clients were told of, in bins of a quarter of a second that begin before and end after a moment. */
final class Throughput {

    static final Duration BIN = Duration.ofMillis(250);

    /** What the rate is compared with. */
    static final Duration BEFORE = Duration.ofSeconds(4);

    private final double perBinBefore;
    private final int[] binsAfter;

    /**
     * @param toldNanos when a client was told of a commit
     * @param momentNanos between before and after
     * @param after how long is looked at after it
     */
    Throughput(List<Long> toldNanos, long momentNanos, Duration after) {
        int before = 0;
        int[] bins = new int[Math.toIntExact(after.dividedBy(BIN))];
        for (long told : toldNanos) {
            long since = told - momentNanos;
            if (since < 0 && since >= -BEFORE.toNanos()) {
                before++;
            } else if (since >= 0 && since < BIN.toNanos() * bins.length) {
                bins[Math.toIntExact(since / BIN.toNanos())]++;
            }
        }
        this.perBinBefore = (double) before / BEFORE.dividedBy(BIN);
        this.binsAfter = bins;
    }

    double perSecondBefore() {
        return perBinBefore * Duration.ofSeconds(1).dividedBy(BIN);
    }

    /** The longest time without a bin that has half of what there was before. */
    Duration longestBelowHalf() {
        int longest = 0;
        int run = 0;
        for (int bin : binsAfter) {
            run = bin < perBinBefore / 2 ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return BIN.multipliedBy(longest);
    }
}
