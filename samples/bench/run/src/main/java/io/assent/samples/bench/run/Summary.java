package io.assent.samples.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All runs of one candidate at one point. */
record Summary(Contender contender, Point point, List<Measurement> runs) {

    Summary {
        runs = List.copyOf(runs);
    }

    /** In the order in which points and candidates were first measured. */
    static List<Summary> of(List<Measurement> measurements) {
        record Key(Contender contender, Point point) {}
        Map<Key, List<Measurement>> groups = new LinkedHashMap<>();
        for (Measurement m : measurements) {
            groups.computeIfAbsent(new Key(m.contender(), m.point()), _ -> new ArrayList<>())
                    .add(m);
        }
        return groups.entrySet().stream()
                .map(group ->
                        new Summary(group.getKey().contender(), group.getKey().point(), group.getValue()))
                .toList();
    }

    /** The middle value; of an even number of runs the mean of the two in the middle. */
    double median(ToDoubleFunction<Measurement> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double min(ToDoubleFunction<Measurement> value) {
        return runs.stream().mapToDouble(value).min().orElse(0);
    }

    double max(ToDoubleFunction<Measurement> value) {
        return runs.stream().mapToDouble(value).max().orElse(0);
    }

    long errors() {
        return runs.stream().mapToLong(run -> run.load().errors()).sum();
    }

    boolean booksBalance() {
        return runs.stream().allMatch(Measurement::booksBalance);
    }
}
