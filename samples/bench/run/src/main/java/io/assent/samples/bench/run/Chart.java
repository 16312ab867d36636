package io.assent.samples.bench.run;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** A drawing (SVG): for every workload throughput and latency over the number of clients, one line a candidate. */
final class Chart {

    private static final int WIDTH = 460;
    private static final int HEIGHT = 260;
    private static final int LEFT = 70;
    private static final int TOP = 60;
    private static final int RIGHT = 130;
    private static final int BOTTOM = 50;
    private static final int GRID_LINES = 4;
    private static final List<String> COLOURS =
            List.of("#1b6ca8", "#d1495b", "#2a9d5c", "#8e5ea2", "#e08a1e", "#607080", "#00a0a0", "#a05a2c");

    private Chart() {}

    static String of(List<Summary> summaries) {
        List<Series> drawn = summaries.stream()
                .map(summary -> summary.point().series())
                .distinct()
                .toList();
        StringBuilder svg = new StringBuilder();
        int panel = LEFT + WIDTH + RIGHT;
        svg.append(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>%n"
                        .formatted(2 * panel, Math.max(1, drawn.size()) * (TOP + HEIGHT + BOTTOM)));
        svg.append("<rect width='100%' height='100%' fill='white'/>\n");
        for (int row = 0; row < drawn.size(); row++) {
            Series series = drawn.get(row);
            List<Line> throughput = lines(summaries, series, run -> run.load().perSecond());
            List<Line> latency = lines(summaries, series, run -> run.load().p50());
            int y = row * (TOP + HEIGHT + BOTTOM);
            svg.append("<text x='%d' y='%d' font-size='15' font-weight='bold'>%s: %s</text>%n"
                    .formatted(LEFT, y + 24, series.name(), escaped(series.explanation())));
            panel(svg, 0, y, "transactions per second", throughput);
            panel(svg, panel, y, "median latency, ms", latency);
        }
        return svg.append("</svg>\n").toString();
    }

    /** @param points by position on the axis */
    private record Line(String label, List<String> ticks, List<Value> points) {}

    private record Value(int position, double median, double min, double max) {}

    private static List<Line> lines(List<Summary> summaries, Series series, ToDoubleFunction<Measurement> value) {
        List<Summary> own = summaries.stream()
                .filter(summary -> summary.point().series() == series)
                .toList();
        List<String> ticks = own.stream().map(Chart::tick).distinct().toList();
        return new TreeSet<>(own.stream().map(Summary::contender).toList())
                .stream()
                        .map(contender -> new Line(
                                contender.label(),
                                ticks,
                                own.stream()
                                        .filter(summary -> summary.contender() == contender)
                                        .map(summary -> new Value(
                                                ticks.indexOf(tick(summary)),
                                                summary.median(value),
                                                summary.min(value),
                                                summary.max(value)))
                                        .toList()))
                        .toList();
    }

    private static String tick(Summary summary) {
        String variant = summary.point().variant().label();
        return variant.isEmpty() ? Integer.toString(summary.point().clients()) : variant;
    }

    private static void panel(StringBuilder svg, int x, int y, String title, List<Line> lines) {
        double top = lines.stream()
                .flatMap(line -> line.points.stream())
                .mapToDouble(Value::max)
                .max()
                .orElse(1);
        Frame frame = new Frame(
                x + LEFT,
                y + TOP,
                Math.max(top, Double.MIN_NORMAL),
                lines.getFirst().ticks());
        svg.append("<text x='%d' y='%d'>%s</text>%n".formatted(frame.x, frame.y - 10, title));
        frame.draw(svg);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, frame, lines.get(i), COLOURS.get(i % COLOURS.size()));
            svg.append("<text x='%d' y='%d' fill='%s'>%s</text>%n"
                    .formatted(
                            frame.x + WIDTH + 12,
                            frame.y + 14 + 18 * i,
                            COLOURS.get(i % COLOURS.size()),
                            escaped(lines.get(i).label())));
        }
    }

    /** With a stroke from the smallest to the largest run at each point. */
    private static void line(StringBuilder svg, Frame frame, Line line, String colour) {
        StringBuilder path = new StringBuilder();
        for (Value value : line.points) {
            double px = frame.across(value.position);
            path.append("%s%.1f %.1f ".formatted(path.isEmpty() ? "M" : "L", px, frame.up(value.median)));
            svg.append(
                    "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-opacity='0.5' stroke-width='3'/>%n"
                            .formatted(px, px, frame.up(value.min), frame.up(value.max), colour));
            svg.append("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n".formatted(px, frame.up(value.median), colour));
        }
        svg.append("<path d='%s' fill='none' stroke='%s' stroke-width='1.5'/>%n".formatted(path, colour));
    }

    /** Axes from 0 to the largest value. */
    private record Frame(int x, int y, double top, List<String> ticks) {

        double across(int position) {
            return x + WIDTH * (position + 0.5) / ticks.size();
        }

        double up(double value) {
            return y + HEIGHT * (1 - value / top);
        }

        void draw(StringBuilder svg) {
            for (int i = 0; i <= GRID_LINES; i++) {
                double value = top * i / GRID_LINES;
                svg.append("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>%n"
                        .formatted(x, x + WIDTH, up(value), up(value)));
                svg.append("<text x='%d' y='%.1f' text-anchor='end'>%s</text>%n"
                        .formatted(x - 6, up(value) + 4, number(value)));
            }
            for (int i = 0; i < ticks.size(); i++) {
                svg.append("<text x='%.1f' y='%d' text-anchor='middle'>%s</text>%n"
                        .formatted(across(i), y + HEIGHT + 18, escaped(ticks.get(i))));
            }
        }

        private String number(double value) {
            return String.format(Locale.ROOT, top < 10 ? "%.2f" : top < 100 ? "%.1f" : "%,.0f", value);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
