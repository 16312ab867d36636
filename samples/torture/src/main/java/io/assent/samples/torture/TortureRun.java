package io.assent.samples.torture;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.Pause;
import io.assent.samples.demo.WorkFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** One run from the start of the processes to the verdict. */
final class TortureRun {

    /** After so long everything is healed, and has to settle, before it goes on. */
    private static final Duration ROUND = Duration.ofSeconds(60);

    private static final Duration SETTLE_PATIENCE = Duration.ofMinutes(2);
    private static final double NANOS_PER_SECOND = 1e9;

    private final TortureOptions options;
    private final WorkFolder folder;
    private final PrintStream out;
    private final long startedAt = System.nanoTime();
    private volatile boolean stopping;

    TortureRun(TortureOptions options, WorkFolder folder, PrintStream out) {
        this.options = options;
        this.folder = folder;
        this.out = out;
    }

    /** Returns whether nothing is wrong. */
    boolean run() {
        say("Assent torture: " + Town.COORDINATORS.size() + " replicas, " + Town.INSTANCES.size() + " instances of "
                + Town.BANKS.size() + " banks, "
                + (Load.CLIENTS_OF_MANY + Load.CLIENTS_OF_FEW) + " clients, at most " + Nemesis.FAULTS_AT_ONCE_MAX
                + " faults at once, for " + options.time().toSeconds() + " s; seed " + options.seed());
        say("  databases, logs, history: " + folder.path());
        try {
            Files.createDirectories(folder.path());
            // Before the first look at a name: this process is a party too.
            Town town = new Town(Installation.find(), folder.path().toAbsolutePath());
            System.setProperty(
                    "jdk.net.hosts.file", town.network().hosts(Town.CLIENTS).toString());
            // Also on Ctrl-C and when this run fails.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(town), "stop everything"));
            town.start();
            say("  everything started in " + seconds(startedAt) + " s");
            boolean passed = torture(town);
            say("\n" + (passed ? "PASS" : "FAIL") + " in " + seconds(startedAt) + " s, seed " + options.seed()
                    + (passed ? "" : "; everything is kept in " + folder.path()));
            if (passed) {
                folder.allWentWell();
            }
            return passed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DemoException e) {
            if (stopping) {
                return false; // Ctrl-C: what fails now fails because everything is being stopped
            }
            throw new DemoException(e.getMessage() + " (seed " + options.seed() + ", folder " + folder.path() + ")");
        }
    }

    private void stop(Town town) {
        stopping = true;
        town.close();
        folder.removeIfDisposable();
    }

    private boolean torture(Town town) {
        Auditor auditor = new Auditor(town);
        auditor.openAccounts();
        Path file = folder.path().resolve("history.jsonl");
        Random random = new Random(options.seed());
        Nemesis nemesis =
                new Nemesis(new Faults(town, random), random, folder.path().resolve("faults.log"));
        List<Round> rounds = new ArrayList<>();
        try (History history = new History(file)) {
            Load load = new Load(town.network(), history, options.seed());
            for (Duration left = options.time(); left.isPositive(); left = left.minus(ROUND)) {
                load.start(rounds.size());
                nemesis.rage(left.compareTo(ROUND) < 0 ? left : ROUND);
                rounds.add(settle(town, load, auditor));
                say(String.format(
                        Locale.ROOT,
                        "  %6s s   healed and settled after %.2f s; %d faults so far",
                        seconds(startedAt),
                        rounds.getLast().settledSeconds(),
                        nemesis.struck().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum()));
                if (auditor.left() > 0) {
                    break; // it will not get better
                }
            }
        }
        List<Event> events = History.read(file);
        Summary summary = new Summary(out);
        summary.transactions(events);
        summary.faults(nemesis.struck());
        summary.rounds(rounds);
        return summary.findings(Findings.of(events, auditor.books())) == 0;
    }

    private static Round settle(Town town, Load load, Auditor auditor) {
        long healed = System.nanoTime();
        List<String> dead = Stream.concat(Town.COORDINATORS.stream(), Town.INSTANCES.stream())
                .filter(name -> town.process(name).hasEnded())
                .toList();
        dead.forEach(town::startAgain);
        load.stop();
        load.resolveUnknown();
        Pause.until(() -> auditor.left() == 0, SETTLE_PATIENCE);
        return new Round((System.nanoTime() - healed) / NANOS_PER_SECOND, dead.size());
    }

    private static String seconds(long sinceNanos) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - sinceNanos) / NANOS_PER_SECOND);
    }

    private void say(String text) {
        out.println(text);
    }
}
