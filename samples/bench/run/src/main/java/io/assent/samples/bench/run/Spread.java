package io.assent.samples.bench.run;

import java.util.Arrays;

/**
 * What several runs brought of one figure.
 *
 * @param median the middle value; of an even number of runs the mean of the two in the middle
 */
record Spread(double median, double min, double max) {

    /** @param values at least one, in any order */
    static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
