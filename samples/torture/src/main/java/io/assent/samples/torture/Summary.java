package io.assent.samples.torture;

import io.assent.samples.demo.Finding;
import io.assent.samples.torture.Event.Answer;
import io.assent.samples.torture.Event.Asked;
import io.assent.samples.torture.Event.Intent;
import io.assent.samples.torture.Event.Told;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a run, for people. */
final class Summary {

    private static final String ROW = "  %-46s %8s%n";

    private final PrintStream out;

    Summary(PrintStream out) {
        this.out = out;
    }

    /** Counts what clients were told first, and what became of that which they did not know. */
    void transactions(List<Event> history) {
        Map<String, Intent> intents = new HashMap<>();
        Map<String, Answer> first = new HashMap<>();
        Map<String, Answer> last = new HashMap<>();
        for (Event event : history) {
            switch (event) {
                case Asked asked -> intents.put(asked.gtrid(), asked.intent());
                case Told told -> {
                    first.putIfAbsent(told.gtrid(), told.answer());
                    last.put(told.gtrid(), told.answer());
                }
            }
        }
        Map<Answer, Integer> firsts = new EnumMap<>(Answer.class);
        Map<Answer, Integer> resolved = new EnumMap<>(Answer.class);
        first.forEach((gtrid, answer) -> {
            firsts.merge(answer, 1, Integer::sum);
            if (answer == Answer.UNKNOWN) {
                resolved.merge(last.getOrDefault(gtrid, answer), 1, Integer::sum);
            }
        });
        heading("Transactions");
        row("begun", intents.size());
        row("told committed", count(firsts, Answer.COMMITTED));
        row("told aborted", count(firsts, Answer.ABORTED));
        row("unknown or left alone", count(firsts, Answer.UNKNOWN));
        row("  asked afterwards: committed", count(resolved, Answer.COMMITTED));
        row("  asked afterwards: aborted", count(resolved, Answer.ABORTED));
        row("  still unknown", count(resolved, Answer.UNKNOWN));
    }

    void faults(Map<FaultKind, Integer> struck) {
        heading("Faults");
        for (FaultKind kind : FaultKind.values()) {
            row(kind.label(), struck.getOrDefault(kind, 0));
        }
        row("all", struck.values().stream().mapToInt(Integer::intValue).sum());
    }

    void rounds(List<Round> rounds) {
        heading("Healing");
        row("times that all was healed", rounds.size());
        double settled =
                rounds.stream().mapToDouble(Round::settledSeconds).max().orElse(0);
        out.printf(
                Locale.ROOT, ROW, "longest until nothing was in doubt, s", String.format(Locale.ROOT, "%.2f", settled));
        row(
                "processes that ended by themselves",
                rounds.stream().mapToInt(Round::endedByThemselves).sum());
    }

    /** Returns how many do not hold. */
    long findings(List<Finding> findings) {
        heading("Checks");
        for (Finding finding : findings) {
            out.println("  " + (finding.holds() ? "ok   " : "FAIL ") + finding.claim() + " (" + finding.detail() + ")");
        }
        long violations = findings.stream().filter(finding -> !finding.holds()).count();
        row("violations", violations);
        return violations;
    }

    private static int count(Map<Answer, Integer> counts, Answer answer) {
        return counts.getOrDefault(answer, 0);
    }

    private void heading(String text) {
        out.println("\n" + text);
    }

    private void row(String name, long figure) {
        out.printf(Locale.ROOT, ROW, name, figure);
    }
}
