package io.assent.samples.bench.load;

import java.util.List;

/**
 * One transaction.
 *
 * @param steps in the order in which they are done, one after the other
 */
public record Work(List<Step> steps) {

    public Work {
        steps = List.copyOf(steps);
    }

    public static Work of(Step... steps) {
        return new Work(List.of(steps));
    }
}
