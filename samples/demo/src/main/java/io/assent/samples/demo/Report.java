package io.assent.samples.demo;

import io.assent.samples.demo.Terminal.Ink;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The table at the end. */
final class Report {

    private static final String KILLS = "%-13s %-44s %18s %10s %10s";

    private final Terminal terminal;

    Report(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(Evidence evidence, TransferFile file, List<Finding> findings) {
        transfers(evidence);
        rejected(file);
        money(evidence);
        left(evidence);
        kills(evidence);
        findings(findings);
    }

    private void transfers(Evidence evidence) {
        Map<String, Integer> counts = new TreeMap<>();
        counts.put("committed", 0);
        counts.put("unknown", 0);
        evidence.answers().values().forEach(answer -> counts.merge(label(answer), 1, Integer::sum));
        heading("Transfers");
        row("committed", counts.remove("committed"));
        Integer unknown = counts.remove("unknown");
        counts.forEach(this::row);
        row("unknown", unknown);
    }

    private static String label(Answer answer) {
        return switch (answer) {
            case Answer.Committed _ -> "committed";
            case Answer.Aborted aborted -> "aborted, " + aborted.code();
            case Answer.Unknown _ -> "unknown";
        };
    }

    private void rejected(TransferFile file) {
        heading("Lines rejected");
        row("lines", file.rejected().size());
        for (RejectedLine line : file.rejected()) {
            terminal.print(terminal.paint(
                    Ink.FAINT, String.format(Locale.ROOT, "    line %-5d %s", line.number(), line.reason())));
        }
    }

    private void money(Evidence evidence) {
        heading(String.format(Locale.ROOT, "%-21s %18s %18s %14s", "Money", "before", "after", "moved"));
        long before = 0;
        long after = 0;
        for (Map.Entry<String, Evidence.Books> bank : new TreeMap<>(evidence.banks()).entrySet()) {
            Evidence.Books books = bank.getValue();
            money(bank.getKey(), books.before(), books.after());
            before += books.before();
            after += books.after();
        }
        money("total", before, after);
    }

    private void money(String name, long before, long after) {
        terminal.print(String.format(
                Locale.ROOT,
                "  %-19s %18s %18s %14s",
                name,
                Money.text(before),
                Money.text(after),
                Money.signed(after - before)));
    }

    private void left(Evidence evidence) {
        heading("Left behind");
        int prepared = evidence.banks().values().stream()
                .mapToInt(books -> books.prepared().size())
                .sum();
        row("in doubt", prepared);
        new TreeMap<>(evidence.banks())
                .forEach((bank, books) ->
                        row("prepared transactions, " + bank, books.prepared().size()));
        row("unfinished in the log", evidence.unfinished().size());
    }

    private void kills(Evidence evidence) {
        heading(String.format(Locale.ROOT, KILLS, "Kills", "", "decision by others", "resolved", "back"));
        for (Kill kill : evidence.kills()) {
            String first = kill.takeover()
                    .flatMap(Takeover::firstDecision)
                    .map(Screen::seconds)
                    .orElse("-");
            String resolved = Screen.seconds(kill.resolvedAfter());
            String back = Screen.seconds(kill.downFor());
            terminal.print(String.format(
                    Locale.ROOT, KILLS, "  " + kill.process(), kill.crash().when(), first, resolved, back));
        }
    }

    private void findings(List<Finding> findings) {
        heading("Audit");
        for (Finding finding : findings) {
            String mark = finding.holds() ? terminal.paint(Ink.GOOD, "ok  ") : terminal.paint(Ink.BAD, "FAIL");
            terminal.print(
                    "  " + mark + " " + finding.claim() + terminal.paint(Ink.FAINT, " (" + finding.detail() + ")"));
        }
    }

    private void heading(String text) {
        terminal.print("\n" + terminal.paint(Ink.STRONG, text));
    }

    private void row(String name, Integer count) {
        terminal.print(String.format(Locale.ROOT, "  %-32s %,7d", name, count));
    }
}
