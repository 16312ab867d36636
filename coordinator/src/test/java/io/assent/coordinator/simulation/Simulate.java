package io.assent.coordinator.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs simulations. The main class of {@code ./assent simulate}. */
public final class Simulate {

    private static final long PROGRESS_NANOS = 5_000_000_000L;
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;
    private static final int LINES_SHOWN_MAX = 60;
    private static final int WELL = 0;
    private static final int BROKEN = 1;
    private static final int MISUSE = 2;

    private final PrintStream out;
    private final Set<Mutation> mutations;

    private Simulate(PrintStream out, Set<Mutation> mutations) {
        this.out = out;
        this.mutations = mutations;
    }

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(SimulateOptions.HELP);
            return;
        }
        System.exit(run(words, System.out, System.err));
    }

    /** @return the exit status */
    static int run(List<String> words, PrintStream out, PrintStream err) {
        SimulateOptions options;
        try {
            options = SimulateOptions.parse(words);
        } catch (SimulateOptions.UsageException e) {
            err.println("simulate: " + e.getMessage());
            return MISUSE;
        }
        Simulate simulate = new Simulate(out, options.mutations());
        boolean well = switch (options.mode()) {
            case SEED -> simulate.one(options.from());
            case SEEDS -> simulate.many(options.from(), (seed, _) -> seed < options.from() + options.amount());
            case MINUTES -> simulate.many(options.from(), (_, nanos) -> nanos < options.amount() * NANOS_PER_MINUTE);
            case EACH_MUTATION -> simulate.eachMutation(options.from(), options.amount());
        };
        return well ? WELL : BROKEN;
    }

    private boolean one(long seed) {
        Simulation.Result result = Simulation.run(Plan.of(seed), mutations, Trace.Keeping.LINES);
        if (result.violation() != null) {
            out.println(explain(result, mutations));
            return false;
        }
        result.lines().forEach(out::println);
        out.printf(
                Locale.ROOT,
                "seed %d: no promise is broken; %d events, %d transactions decided, %d committed, trace %016x%n",
                seed,
                result.events(),
                result.transactions(),
                result.committed(),
                result.number());
        return true;
    }

    /** Whether to go on with this seed after so many nanoseconds. */
    private interface Bound {
        boolean goesOn(long seed, long nanos);
    }

    private boolean many(long from, Bound bound) {
        long started = System.nanoTime();
        long shown = started;
        Totals totals = new Totals();
        for (long seed = from; bound.goesOn(seed, System.nanoTime() - started); seed++) {
            Simulation.Result result = Simulation.run(Plan.of(seed), mutations, Trace.Keeping.NUMBER);
            totals.add(result);
            if (result.violation() != null) {
                out.println(explain(result, mutations));
                return false;
            }
            if (System.nanoTime() - shown > PROGRESS_NANOS) {
                shown = System.nanoTime();
                out.println("so far " + totals.shown(shown - started));
            }
        }
        out.println("no promise is broken: " + totals.shown(System.nanoTime() - started));
        return true;
    }

    private boolean eachMutation(long from, long seedsMax) {
        boolean all = true;
        for (Mutation mutation : Mutation.values()) {
            long started = System.nanoTime();
            Simulation.Result found = firstFailing(mutation, from, seedsMax);
            Violation violation = found == null ? null : found.violation();
            boolean caught = found != null && violation != null;
            all &= caught;
            String how = found != null && violation != null
                    ? "seed " + found.plan().seed() + ": " + violation.getMessage()
                    : "NOT FOUND in " + seedsMax + " seeds";
            out.printf(
                    Locale.ROOT,
                    "%-4s %-13s %s (%.1f s)%n",
                    mutation.rule,
                    mutation,
                    how,
                    (System.nanoTime() - started) / 1e9);
        }
        return all;
    }

    /** The run of the lowest seed that finds out that the rule is left out; null if none of so many does. */
    static Simulation.@Nullable Result firstFailing(Mutation mutation, long from, long seedsMax) {
        for (long seed = from; seed < from + seedsMax; seed++) {
            Simulation.Result result = Simulation.run(Plan.of(seed), Set.of(mutation), Trace.Keeping.NUMBER);
            if (result.violation() != null) {
                return result;
            }
        }
        return null;
    }

    /** What many runs were. */
    private static final class Totals {
        private long seeds;
        private long transactions;
        private long committed;
        private long events;
        private long virtualMillis;
        private long trace;

        private void add(Simulation.Result result) {
            seeds++;
            transactions += result.transactions();
            committed += result.committed();
            events += result.events();
            virtualMillis += result.virtualMillis();
            trace = trace * 31 + result.number();
        }

        private String shown(long nanos) {
            return String.format(
                    Locale.ROOT,
                    "%,d seeds, %,d transactions decided (%,d committed), %,d events (%,.0f a second), "
                            + "%.1f hours of virtual time in %.1f s, trace %016x",
                    seeds,
                    transactions,
                    committed,
                    events,
                    events / (nanos / 1e9),
                    virtualMillis / 3.6e6,
                    nanos / 1e9,
                    trace);
        }
    }

    /** What failed, made as short as can be, and how to see it again. */
    static String explain(Simulation.Result failed, Set<Mutation> mutations) {
        Violation violation = failed.violation();
        if (violation == null) {
            return "nothing failed";
        }
        Plan shortest = Shrinker.shrink(failed.plan(), mutations, violation.promise);
        Simulation.Result again = Simulation.run(shortest, mutations, Trace.Keeping.LINES);
        StringBuilder text = new StringBuilder();
        text.append("seed ").append(failed.plan().seed()).append(" breaks ").append(violation.getMessage());
        text.append("\nreplay: ./assent simulate --seed ").append(failed.plan().seed());
        if (!mutations.isEmpty()) {
            text.append(" --mutate ")
                    .append(mutations.stream().map(Mutation::name).collect(Collectors.joining(",")));
        }
        text.append("\n\nthe shortest plan that breaks the same promise (of ")
                .append(failed.plan().items().size())
                .append(" items ")
                .append(shortest.items().size())
                .append("), cast ")
                .append(shortest.cast())
                .append(":\n");
        shortest.items()
                .forEach(i -> text.append("  at ")
                        .append(i.atMillis())
                        .append(" ms: ")
                        .append(i)
                        .append('\n'));
        text.append('\n');
        Violation last = again.violation();
        for (String line : relevant(again.lines(), last == null ? "" : last.about)) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    private static List<String> relevant(List<String> lines, @Nullable String about) {
        List<String> kept = lines.stream()
                .filter(l -> about == null || about.isEmpty() || isAbout(l, about))
                .toList();
        if (kept.size() <= 2 * LINES_SHOWN_MAX) {
            return kept;
        }
        List<String> ends = new ArrayList<>(kept.subList(0, LINES_SHOWN_MAX));
        ends.add("          … " + (kept.size() - 2 * LINES_SHOWN_MAX) + " lines …");
        ends.addAll(kept.subList(kept.size() - LINES_SHOWN_MAX, kept.size()));
        return ends;
    }

    /** Its own lines, and those that are about nobody in particular but the network's gossip about others. */
    private static boolean isAbout(String line, String about) {
        String who = line.substring(Math.min(line.length(), 20), Math.min(line.length(), 25))
                .strip();
        return who.equals(about) || (who.isEmpty() && (!line.contains(" net ") || line.contains(about)));
    }
}
