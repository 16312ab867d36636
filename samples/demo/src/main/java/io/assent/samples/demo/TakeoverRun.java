package io.assent.samples.demo;

import io.assent.samples.demo.Terminal.Ink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One measurement from the start of the processes to the verdict. */
final class TakeoverRun {

    private static final int REPLICAS = 3;
    private static final Duration QUIET_PATIENCE = Duration.ofSeconds(60);

    /** Whoever is held up in a bank has a connection. */
    private static final int POOL_OF_BANK = 64;

    /** Prepared transactions that a bank holds for those that are not piled up. */
    private static final int PREPARED_BESIDE = 200;

    private final TakeoverOptions options;
    private final WorkFolder folder;
    private final Screen screen;
    private final long startedAt = System.nanoTime();
    private volatile boolean stopping;

    TakeoverRun(TakeoverOptions options, WorkFolder folder, Screen screen) {
        this.options = options;
        this.folder = folder;
        this.screen = screen;
    }

    /** Returns whether every bound is met. */
    boolean run() {
        try {
            return startAndMeasure();
        } catch (DemoException e) {
            if (stopping) {
                return false; // Ctrl-C: what fails now fails because everything is being stopped
            }
            throw e;
        }
    }

    private boolean startAndMeasure() {
        screen.heading("Assent takeover");
        screen.say("  " + REPLICAS + " replicas, " + Load.CLIENTS + " clients of the SDK, "
                + Runtime.getRuntime().availableProcessors() + " processors; seed " + options.seed());
        screen.say("  databases and logs: " + folder.path());
        // The bank that is held up holds up all replicas, of which the one that is killed may own the least.
        String prepared = Integer.toString(2 * REPLICAS * options.inFlight() + PREPARED_BESIDE);
        Cluster.Layout layout = Cluster.Layout.withoutTransferService(
                REPLICAS,
                Map.of("max_prepared_transactions", prepared),
                Map.of("DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE", Integer.toString(POOL_OF_BANK)));
        Cluster cluster = Cluster.of(layout, Installation.find(), folder.path());
        // Also on Ctrl-C and when this run fails.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster), "stop everything"));
        cluster.start();
        screen.say("  everything started in " + Screen.seconds(elapsed()));
        boolean passed = measure(cluster);
        Terminal terminal = screen.terminal();
        String word = passed ? terminal.paint(Ink.GOOD, "PASS") : terminal.paint(Ink.BAD, "FAIL");
        screen.say("\n" + word + " in " + Screen.seconds(elapsed())
                + (passed ? "" : "; logs: " + folder.path().resolve("logs")));
        if (passed) {
            folder.allWentWell();
        }
        return passed;
    }

    private void stop(Cluster cluster) {
        stopping = true;
        cluster.close();
        folder.removeIfDisposable();
    }

    private boolean measure(Cluster cluster) {
        List<Bank> banks = Cluster.BANKS.stream()
                .map(name -> new Bank(name, cluster.service(name).url(), cluster.database(name)))
                .toList();
        banks.forEach(bank -> bank.open(Load.accounts(bank.name())));
        Map<String, Long> before = new HashMap<>();
        banks.forEach(bank -> before.put(bank.name(), bank.balance()));
        Load load = new Load(banks, cluster.coordinatorUrls());
        InDoubt inDoubt = new InDoubt(banks, new Log(cluster.database("coordinator")));
        TakeoverTable table = new TakeoverTable(screen.terminal());
        load.start();
        screen.say("");
        Runnable figures = switch (options.mode()) {
            case KILL -> {
                List<Measured> kills = kill(cluster, load, inDoubt);
                yield () -> table.kills(kills, options.inFlight());
            }
            case ROLLING_RESTART -> {
                List<Restarted> restarts = new RollingRestart(cluster, load, screen).restartAll();
                yield () -> table.restarts(restarts);
            }
        };
        load.stop();
        Evidence evidence = evidence(cluster, banks, before, load, inDoubt);
        figures.run();
        table.transactions(evidence, Audit.ofBooks(evidence));
        return table.isMet();
    }

    private List<Measured> kill(Cluster cluster, Load load, InDoubt inDoubt) {
        KillRound round = new KillRound(cluster, load, inDoubt);
        Random random = new Random(options.seed());
        List<Measured> kills = new ArrayList<>();
        for (int i = 1; i <= options.kills(); i++) {
            ServiceProcess victim = cluster.coordinators().get(random.nextInt(REPLICAS));
            Measured kill = round.kill(victim, options.inFlight());
            screen.measured(i, kill);
            kills.add(kill);
        }
        return kills;
    }

    private static Evidence evidence(
            Cluster cluster, List<Bank> banks, Map<String, Long> before, Load load, InDoubt inDoubt) {
        Log log = new Log(cluster.database("coordinator"));
        Pause.until(() -> inDoubt.branches() == 0 && log.unfinished().isEmpty(), QUIET_PATIENCE);
        Map<String, Evidence.Books> books = new HashMap<>();
        banks.forEach(bank -> books.put(
                bank.name(),
                new Evidence.Books(
                        before.getOrDefault(bank.name(), 0L), bank.balance(), bank.entries(), bank.prepared())));
        return new Evidence(load.begun(), load.answers(), books, log.decisions(), log.unfinished(), 0, List.of());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }
}
