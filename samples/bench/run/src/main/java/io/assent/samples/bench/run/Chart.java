package io.assent.samples.bench.run;

import io.assent.samples.bench.run.MemoryTrial.Used;
import io.assent.samples.bench.run.Panel.Line;
import io.assent.samples.bench.run.Panel.Value;
import io.assent.samples.bench.run.RecoveryTrial.Recovered;
import io.assent.samples.bench.run.RecoveryTrial.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A drawing (SVG), two panels a row: throughput and latency of each workload, one line a candidate; recovery; and memory in
 * flight. Where a workload has several forms they are the axis, and each number of clients has a row of its own.
 */
final class Chart {

    private static final double BYTES_PER_MB = 1e6;

    /** With fewer transactions in flight what else changes in the heap is more than what they take. */
    private static final int MANY_CLIENTS = 1_000;

    private Chart() {}

    private record Row(String title, Panel left, Panel right) {}

    static String of(List<Summary> summaries, List<Recovered> recovered, List<Used> used) {
        List<Row> rows = new ArrayList<>();
        for (Series series : Series.values()) {
            rows.addAll(workload(
                    series,
                    summaries.stream()
                            .filter(summary -> summary.point().series() == series)
                            .toList()));
            if (series == Series.W7 && !recovered.isEmpty()) {
                rows.add(recovery(Runs.by(run -> run.task().ofAnyRun(), recovered)));
            }
            if (series == Series.W8 && !used.isEmpty()) {
                rows.add(memory(Runs.by(Used::clients, used)));
            }
        }
        return drawn(rows);
    }

    private static List<Row> workload(Series series, List<Summary> own) {
        String explained = ": " + series.explanation();
        if (own.isEmpty() || series.variants().size() == 1) {
            return own.isEmpty() ? List.of() : List.of(row(series + explained, own));
        }
        return own.stream()
                .map(summary -> summary.point().clients())
                .distinct()
                .map(clients -> row(
                        series + ", " + clients + " clients" + explained,
                        own.stream()
                                .filter(summary -> summary.point().clients() == clients)
                                .toList()))
                .toList();
    }

    private static Row row(String title, List<Summary> summaries) {
        return new Row(
                title,
                panel("transactions per second", summaries, run -> run.load().perSecond()),
                panel("median latency, ms", summaries, run -> run.load().p50()));
    }

    private static Panel panel(String title, List<Summary> summaries, ToDoubleFunction<Measurement> value) {
        List<String> ticks = summaries.stream().map(Chart::tick).distinct().toList();
        List<Line> lines = new TreeSet<>(
                        summaries.stream().map(Summary::contender).toList())
                .stream()
                        .map(contender -> new Line(
                                contender.label(),
                                colour(contender),
                                summaries.stream()
                                        .filter(summary -> summary.contender() == contender)
                                        .map(summary -> new Value(ticks.indexOf(tick(summary)), summary.spread(value)))
                                        .toList()))
                        .toList();
        return new Panel(title, axis(summaries.getFirst()), ticks, lines);
    }

    private static int colour(Contender contender) {
        return List.of(Contender.values()).indexOf(contender);
    }

    /** The label of a variant is {@code what=how much}. */
    private static String axis(Summary summary) {
        String variant = summary.point().variant().label();
        return variant.isEmpty() ? "clients" : variant.substring(0, variant.indexOf('='));
    }

    private static String tick(Summary summary) {
        String variant = summary.point().variant().label();
        return variant.isEmpty()
                ? Integer.toString(summary.point().clients())
                : variant.substring(variant.indexOf('=') + 1);
    }

    private static Row recovery(List<Runs<Task, Recovered>> trials) {
        return new Row(
                Series.W7 + ": " + Series.W7.explanation(),
                recovery("first delivery, ms", trials, Recovered::firstMillis),
                recovery("last delivery, ms", trials, Recovered::lastMillis));
    }

    private static Panel recovery(String title, List<Runs<Task, Recovered>> trials, ToDoubleFunction<Recovered> value) {
        List<String> ticks = trials.stream().map(Chart::unfinished).distinct().toList();
        List<String> labels =
                trials.stream().map(Chart::circumstances).distinct().toList();
        List<Line> lines = IntStream.range(0, labels.size())
                .mapToObj(i -> new Line(
                        labels.get(i),
                        i,
                        trials.stream()
                                .filter(same -> circumstances(same).equals(labels.get(i)))
                                .map(same -> new Value(ticks.indexOf(unfinished(same)), same.spread(value)))
                                .toList()))
                .toList();
        return new Panel(title, "unfinished transactions", ticks, lines);
    }

    private static String unfinished(Runs<Task, Recovered> same) {
        return number(same.key().unfinished());
    }

    private static String circumstances(Runs<Task, Recovered> same) {
        return same.key().since().label() + ", " + number(same.key().history()) + " rows";
    }

    private static Row memory(List<Runs<Integer, Used>> trials) {
        return new Row(
                Series.W8 + ": heap of the coordinator with transactions in flight",
                memory("megabytes in all", trials, used -> used.heapBytes() / BYTES_PER_MB),
                memory(
                        "bytes per transaction in flight, from 1,000 clients on",
                        trials.stream()
                                .filter(same -> same.key() >= MANY_CLIENTS)
                                .toList(),
                        Used::bytesPerTransaction));
    }

    private static Panel memory(String title, List<Runs<Integer, Used>> trials, ToDoubleFunction<Used> value) {
        List<Value> points = IntStream.range(0, trials.size())
                .mapToObj(i -> new Value(i, trials.get(i).spread(value)))
                .toList();
        return new Panel(
                title,
                "clients",
                trials.stream().map(same -> number(same.key())).toList(),
                List.of(new Line(Contender.ASSENT.label(), colour(Contender.ASSENT), points)));
    }

    private static String drawn(List<Row> rows) {
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>%n"
                        .formatted(2 * Panel.WIDTH, Math.max(1, rows.size()) * Panel.HEIGHT));
        svg.append("<rect width='100%' height='100%' fill='white'/>\n");
        int top = 0;
        for (Row row : rows) {
            svg.append("<text x='%d' y='%d' font-size='15' font-weight='bold'>%s</text>%n"
                    .formatted(Panel.INDENT, top + 24, Panel.escaped(row.title)));
            row.left.draw(svg, 0, top);
            row.right.draw(svg, Panel.WIDTH, top);
            top += Panel.HEIGHT;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String number(int count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
