package io.assent.samples.bench.run;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** All runs of one candidate at one point. */
record Summary(Contender contender, Point point, List<Measurement> runs) {

    Summary {
        runs = List.copyOf(runs);
    }

    /** In the order in which points and candidates were first measured. */
    static List<Summary> of(List<Measurement> measurements) {
        record Key(Contender contender, Point point) {}
        return Runs.by(m -> new Key(m.contender(), m.point()), measurements).stream()
                .map(same -> new Summary(same.key().contender(), same.key().point(), same.all()))
                .toList();
    }

    Spread spread(ToDoubleFunction<Measurement> value) {
        return Spread.of(runs.stream().mapToDouble(value).toArray());
    }

    double median(ToDoubleFunction<Measurement> value) {
        return spread(value).median();
    }

    long errors() {
        return runs.stream().mapToLong(run -> run.load().errors()).sum();
    }

    boolean booksBalance() {
        return runs.stream().allMatch(Measurement::booksBalance);
    }
}
