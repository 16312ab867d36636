package io.assent.samples.bench.run;

import java.util.List;
import java.util.Locale;

/**
 * One field of the drawing, as SVG: lines over positions that are named, from 0, or the least value below it, to the largest.
 *
 * @param axis what the ticks are
 * @param ticks the positions from left to right
 */
record Panel(String title, String axis, List<String> ticks, List<Line> lines) {

    private static final int PLOT_WIDTH = 460;
    private static final int PLOT_HEIGHT = 260;
    private static final int LEFT = 70;
    private static final int TOP = 60;
    private static final int RIGHT = 200;
    private static final int BOTTOM = 60;

    /** With all around it. */
    static final int WIDTH = LEFT + PLOT_WIDTH + RIGHT;

    static final int HEIGHT = TOP + PLOT_HEIGHT + BOTTOM;

    /** Where text begins that is to stand above the plot. */
    static final int INDENT = LEFT;

    private static final int GRID_LINES = 4;
    private static final List<String> COLOURS =
            List.of("#1b6ca8", "#d1495b", "#2a9d5c", "#8e5ea2", "#e08a1e", "#607080", "#00a0a0", "#a05a2c");

    Panel {
        ticks = List.copyOf(ticks);
        lines = List.copyOf(lines);
    }

    /** @param colour the same number is the same colour in all panels */
    record Line(String label, int colour, List<Value> points) {

        private String stroke() {
            return COLOURS.get(colour % COLOURS.size());
        }
    }

    /** @param position of a tick, from 0 */
    record Value(int position, Spread spread) {}

    void draw(StringBuilder svg, int left, int top) {
        List<Spread> all = lines.stream()
                .flatMap(line -> line.points.stream())
                .map(Value::spread)
                .toList();
        double least = all.stream().mapToDouble(Spread::min).min().orElse(0);
        double largest = all.stream().mapToDouble(Spread::max).max().orElse(1);
        Frame frame =
                new Frame(left + LEFT, top + TOP, Math.min(least, 0), Math.max(largest, Double.MIN_NORMAL), ticks);
        svg.append("<text x='%d' y='%d'>%s</text>%n".formatted(frame.x, frame.y - 10, escaped(title)));
        frame.draw(svg, axis);
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, frame, lines.get(i));
            svg.append("<text x='%d' y='%d' fill='%s'>%s</text>%n"
                    .formatted(
                            frame.x + PLOT_WIDTH + 12,
                            frame.y + 14 + 18 * i,
                            lines.get(i).stroke(),
                            escaped(lines.get(i).label())));
        }
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    /** With a stroke from the smallest to the largest run at each point. */
    private static void draw(StringBuilder svg, Frame frame, Line line) {
        StringBuilder path = new StringBuilder();
        for (Value value : line.points) {
            double across = frame.across(value.position);
            double middle = frame.up(value.spread.median());
            path.append("%s%.1f %.1f ".formatted(path.isEmpty() ? "M" : "L", across, middle));
            svg.append(
                    "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-opacity='0.5' stroke-width='3'/>%n"
                            .formatted(
                                    across,
                                    across,
                                    frame.up(value.spread.min()),
                                    frame.up(value.spread.max()),
                                    line.stroke()));
            svg.append("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n".formatted(across, middle, line.stroke()));
        }
        svg.append("<path d='%s' fill='none' stroke='%s' stroke-width='1.5'/>%n".formatted(path, line.stroke()));
    }

    /**
     * @param bottom the value at the lower edge
     * @param top the value at the upper edge
     */
    private record Frame(int x, int y, double bottom, double top, List<String> ticks) {

        double across(int position) {
            return x + PLOT_WIDTH * (position + 0.5) / ticks.size();
        }

        double up(double value) {
            return y + PLOT_HEIGHT * (top - value) / (top - bottom);
        }

        void draw(StringBuilder svg, String axis) {
            for (int i = 0; i <= GRID_LINES; i++) {
                double value = bottom + (top - bottom) * i / GRID_LINES;
                svg.append("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>%n"
                        .formatted(x, x + PLOT_WIDTH, up(value), up(value)));
                svg.append("<text x='%d' y='%.1f' text-anchor='end'>%s</text>%n"
                        .formatted(x - 6, up(value) + 4, number(value)));
            }
            for (int i = 0; i < ticks.size(); i++) {
                svg.append("<text x='%.1f' y='%d' text-anchor='middle'>%s</text>%n"
                        .formatted(across(i), y + PLOT_HEIGHT + 18, escaped(ticks.get(i))));
            }
            svg.append("<text x='%d' y='%d' text-anchor='middle' fill='#666'>%s</text>%n"
                    .formatted(x + PLOT_WIDTH / 2, y + PLOT_HEIGHT + 36, escaped(axis)));
        }

        private String number(double value) {
            return String.format(Locale.ROOT, top < 10 ? "%.2f" : top < 100 ? "%.1f" : "%,.0f", value);
        }
    }
}
