package io.assent.samples.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * All runs of the same trial.
 *
 * @param key what they have in common
 */
record Runs<K, R>(K key, List<R> all) {

    Runs {
        all = List.copyOf(all);
    }

    /** In the order in which each key first came. */
    static <K, R> List<Runs<K, R>> by(Function<R, K> key, List<R> runs) {
        Map<K, List<R>> groups = new LinkedHashMap<>();
        for (R run : runs) {
            groups.computeIfAbsent(key.apply(run), _ -> new ArrayList<>()).add(run);
        }
        return groups.entrySet().stream()
                .map(group -> new Runs<>(group.getKey(), group.getValue()))
                .toList();
    }

    Spread spread(ToDoubleFunction<R> value) {
        return Spread.of(all.stream().mapToDouble(value).toArray());
    }
}
