package io.assent.samples.demo;

import io.assent.samples.demo.Terminal.Ink;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a person sees while the demo runs. */
final class Screen {

    private final Terminal terminal;

    Screen(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    void say(String text) {
        terminal.print(text);
    }

    void heading(String text) {
        terminal.print("\n" + terminal.paint(Ink.STRONG, text));
    }

    void progress(Workload workload, long perSecond, int prepared, List<ServiceProcess> services) {
        String states = services.stream().map(this::state).collect(Collectors.joining("  "));
        terminal.show(String.format(
                Locale.ROOT,
                "  %,d of %,d transfers  %,d/s  %d prepared  %s",
                workload.done(),
                workload.size(),
                perSecond,
                prepared,
                states));
    }

    void endProgress() {
        terminal.show("");
    }

    void killed(
            String name, long pid, Crash crash, String gtrid, InDoubt.Situation situation, InDoubt.Snapshot atCrash) {
        terminal.print("\n" + terminal.paint(Ink.BAD, "  kill -9 " + name) + " (process " + pid + ") " + crash.when());
        terminal.print("  in doubt     " + inDoubt(atCrash));
        terminal.print(terminal.paint(Ink.FAINT, "               one of them: " + gtrid + ": " + situation));
    }

    void ring(RingView ring) {
        terminal.print("  ring         " + ring);
    }

    /** What was in doubt is resolved, by the process itself once it was back. */
    void resolved(Kill kill) {
        terminal.print(terminal.paint(Ink.GOOD, "  resolved     ") + outcomes(kill) + "; " + kill.process()
                + " back after " + seconds(kill.downFor()) + ", all resolved after " + seconds(kill.resolvedAfter()));
    }

    /** What was in doubt is resolved, by the others. */
    void takenOver(Kill kill, Takeover takeover) {
        String first = takeover.firstDecision()
                .map(after -> "first decision for its transactions after " + seconds(after))
                .orElse("none of its transactions was decided");
        terminal.print(terminal.paint(Ink.GOOD, "  taken over   ") + first + "; ring without it after "
                + seconds(takeover.ringChanged()) + ": " + takeover.after());
        terminal.print(terminal.paint(Ink.GOOD, "  resolved     ") + outcomes(kill) + "; all after "
                + seconds(kill.resolvedAfter()) + ", without " + kill.process());
    }

    void back(String name, Duration downFor, RingView ring) {
        terminal.print(terminal.paint(Ink.GOOD, "  back         ") + name + " after " + seconds(downFor)
                + terminal.paint(Ink.FAINT, "; ring: " + ring));
    }

    void measured(int number, Measured kill) {
        String first = kill.firstDecision().map(Screen::seconds).orElse("never");
        terminal.print(String.format(
                Locale.ROOT,
                "  kill %2d  %s  %d in doubt, %.0f commits/s; decision by another %s, all resolved %s,"
                        + " throughput below half %s",
                number,
                kill.victim(),
                kill.inDoubt(),
                kill.perSecondBefore(),
                first,
                seconds(kill.resolved()),
                seconds(kill.belowHalf())));
    }

    void restarted(Restarted restart) {
        terminal.print("  restart  " + restart.replica() + "  ended after " + seconds(restart.stopped())
                + ", ready again after " + seconds(restart.back()) + ", "
                + plural(restart.commits(), "commit") + " meanwhile, longest wait of a client "
                + seconds(restart.longestWait()));
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }

    static String plural(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }

    private static String outcomes(Kill kill) {
        long aborted = kill.atCrash().gtrids().size() - kill.committed();
        return plural(kill.committed(), "transaction") + " committed, " + aborted + " aborted";
    }

    private static String inDoubt(InDoubt.Snapshot atCrash) {
        String banks = atCrash.byBank().entrySet().stream().map(Screen::bank).collect(Collectors.joining(", "));
        return atCrash.branches() + " prepared " + (atCrash.branches() == 1 ? "branch" : "branches") + " (" + banks
                + ") of "
                + plural(atCrash.gtrids().size(), "transaction") + "; "
                + atCrash.unfinished().size()
                + " unfinished in the log";
    }

    private static String bank(Map.Entry<String, Set<String>> bank) {
        return bank.getKey() + " " + bank.getValue().size();
    }

    private String state(ServiceProcess service) {
        return service.name() + " "
                + switch (service.state()) {
                    case UP -> terminal.paint(Ink.GOOD, "up");
                    case STARTING -> terminal.paint(Ink.NOTABLE, "starting");
                    case KILLED -> terminal.paint(Ink.BAD, "killed");
                    case STOPPED -> terminal.paint(Ink.FAINT, "stopped");
                };
    }
}
