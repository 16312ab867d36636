package io.assent.samples.demo;

import io.assent.samples.demo.Terminal.Ink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The figures of a measurement beside their bounds: medians are held against those of time, counts against zero. */
final class TakeoverTable {

    private static final String ROW = "  %-46s %8s %8s %8s  %-8s%s";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double FIRST_DECISION_MAX = 1;
    private static final double RESOLVED_MAX = 6;
    private static final double BELOW_HALF_MAX = 2;

    private final Terminal terminal;
    private boolean met = true;

    TakeoverTable(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Whether all that was printed keeps its bound. */
    boolean isMet() {
        return met;
    }

    void kills(List<Measured> kills, int inFlight) {
        heading("Kills", "min", "median", "max");
        figures("transactions in doubt at the kill", "%.0f", of(kills, kill -> (double) kill.inDoubt()));
        figures("commits a second before it", "%.0f", of(kills, Measured::perSecondBefore));
        List<Double> first = new ArrayList<>();
        kills.forEach(kill -> kill.firstDecision().map(TakeoverTable::seconds).ifPresent(first::add));
        if (!first.isEmpty()) {
            bounded("first decision by another replica, s", Figures.of(first), FIRST_DECISION_MAX);
        }
        bounded("last branch in doubt resolved, s", of(kills, kill -> seconds(kill.resolved())), RESOLVED_MAX);
        bounded("throughput below half of before, s", of(kills, kill -> seconds(kill.belowHalf())), BELOW_HALF_MAX);
        figures("longest wait of a client, s", "%.2f", of(kills, kill -> seconds(kill.longestWait())));
        none("kills without a decision by another replica", kills.size() - first.size());
        long lighter = kills.stream().filter(kill -> kill.inDoubt() < inFlight).count();
        none("kills with fewer than " + inFlight + " in doubt", lighter);
    }

    void restarts(List<Restarted> restarts) {
        heading("Restarts", "min", "median", "max");
        figures("from SIGTERM to the end, s", "%.2f", of(restarts, r -> seconds(r.stopped())));
        figures("from SIGTERM until ready again, s", "%.2f", of(restarts, r -> seconds(r.back())));
        figures("commits meanwhile", "%.0f", of(restarts, r -> (double) r.commits()));
        figures("throughput below half of before, s", "%.2f", of(restarts, r -> seconds(r.belowHalf())));
        figures("longest wait of a client, s", "%.2f", of(restarts, r -> seconds(r.longestWait())));
    }

    void transactions(Evidence evidence, List<Finding> findings) {
        heading("Transactions", "", "", "");
        terminal.print(
                String.format(Locale.ROOT, ROW, "committed", count(evidence, Answer.Committed.class), "", "", "", ""));
        none("aborted, of which none had a reason to", count(evidence, Answer.Aborted.class));
        none("failed, the outcome being unknown", count(evidence, Answer.Unknown.class));
        terminal.print("\n" + terminal.paint(Ink.STRONG, "Audit"));
        for (Finding finding : findings) {
            String detail = terminal.paint(Ink.FAINT, " (" + finding.detail() + ")");
            terminal.print("  " + mark(finding.holds()) + " " + finding.claim() + detail);
        }
    }

    private static <T> Figures of(List<T> all, Function<T, Double> figure) {
        return Figures.of(all.stream().map(figure).toList());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }

    private static long count(Evidence evidence, Class<? extends Answer> kind) {
        return evidence.answers().values().stream().filter(kind::isInstance).count();
    }

    private void heading(String name, String min, String median, String max) {
        String text = String.format(Locale.ROOT, ROW, "", min, median, max, "bound", "");
        terminal.print("\n" + terminal.paint(Ink.STRONG, name + text.substring(name.length())));
    }

    private void figures(String name, String format, Figures figures) {
        row(name, format, figures, "", "");
    }

    private void bounded(String name, Figures figures, double max) {
        row(name, "%.2f", figures, String.format(Locale.ROOT, "<= %.0f", max), mark(figures.median() <= max));
    }

    private void none(String name, long count) {
        terminal.print(String.format(Locale.ROOT, ROW, name, count, "", "", "0", mark(count == 0)));
    }

    private void row(String name, String format, Figures figures, String bound, String mark) {
        terminal.print(String.format(
                Locale.ROOT,
                ROW,
                name,
                String.format(Locale.ROOT, format, figures.min()),
                String.format(Locale.ROOT, format, figures.median()),
                String.format(Locale.ROOT, format, figures.max()),
                bound,
                mark));
    }

    private String mark(boolean holds) {
        met &= holds;
        return holds ? terminal.paint(Ink.GOOD, "ok  ") : terminal.paint(Ink.BAD, "FAIL");
    }
}
