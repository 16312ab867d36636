package io.assent.samples.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The results for people: medians, with the smallest and largest throughput of all runs. */
final class Table {

    private static final List<String> HEAD = List.of(
            "candidate",
            "clients",
            "",
            "tx/s",
            "(min to max)",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "CPU ms",
            "WAL B",
            "flushes",
            "requests",
            "errors",
            "books");

    private static final Set<Integer> WORDS = Set.of(0, 2);

    private Table() {}

    static String of(Series series, List<Summary> summaries) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        summaries.stream()
                .filter(summary -> summary.point().series() == series)
                .map(Table::row)
                .forEach(rows::add);
        return series.name() + ": " + series.explanation() + "\n" + TextTable.of(rows, WORDS);
    }

    private static List<String> row(Summary summary) {
        Spread perSecond = summary.spread(run -> run.load().perSecond());
        return List.of(
                summary.contender().label(),
                Integer.toString(summary.point().clients()),
                summary.point().variant().label(),
                number("%,.0f", perSecond.median()),
                number("(%,.0f", perSecond.min()) + number(" to %,.0f)", perSecond.max()),
                number("%.2f", summary.median(run -> run.load().p50())),
                number("%.2f", summary.median(run -> run.load().p99())),
                number("%.2f", summary.median(run -> run.load().p999())),
                number("%.3f", summary.median(Measurement::cpuMillisOfAll)),
                ofLog("%,.0f", summary, Measurement::walBytesOfLog),
                ofLog("%.3f", summary, Measurement::flushesOfLog),
                number("%.2f", summary.median(Measurement::httpRequests)),
                Long.toString(summary.errors()),
                summary.booksBalance() ? "balance" : "WRONG");
    }

    private static String ofLog(String format, Summary summary, ToDoubleFunction<Measurement> value) {
        return summary.contender().decidesInPostgres() ? number(format, summary.median(value)) : "in files";
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
