package io.assent.samples.demo;

import java.util.List;

/** Smallest, median and largest of some figures; the median of an even number is the mean of the middle two. */
record Figures(double min, double median, double max) {

    /** @param figures at least one */
    static Figures of(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Figures(sorted.getFirst(), median, sorted.getLast());
    }
}
