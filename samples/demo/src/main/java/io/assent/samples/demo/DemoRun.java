package io.assent.samples.demo;

import io.assent.Assent;
import io.assent.samples.demo.Terminal.Ink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One run of the demo from the start of the processes to the verdict. */
final class DemoRun {

    private static final String TRANSFERS = "samples/data/transfers.csv";
    private static final String ACCOUNTS = "samples/data/accounts.csv";
    private static final Duration QUIET_PATIENCE = Duration.ofSeconds(60);

    private final DemoOptions options;
    private final WorkFolder folder;
    private final Path directory;
    private final Screen screen;
    private final long startedAt = System.nanoTime();
    private volatile boolean stopping;

    DemoRun(DemoOptions options, WorkFolder folder, Screen screen) {
        this.options = options;
        this.folder = folder;
        this.directory = folder.path();
        this.screen = screen;
    }

    /** Returns whether everything came out right. */
    boolean run() {
        try {
            return demonstrate();
        } catch (DemoException e) {
            if (stopping) {
                return false; // Ctrl-C: what fails now fails because everything is being stopped
            }
            throw e;
        }
    }

    private boolean demonstrate() {
        Installation installation = Installation.find();
        List<Account> accounts = AccountFile.parse(installation.lines(ACCOUNTS));
        TransferFile file = load(installation);
        Cluster cluster = Cluster.of(Cluster.Layout.withTransferService(options.replicas()), installation, directory);
        // Also on Ctrl-C and when this run fails.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster), "stop everything"));
        start(cluster);

        List<Bank> banks = Cluster.BANKS.stream()
                .map(name -> new Bank(name, cluster.service(name).url(), cluster.database(name)))
                .toList();
        for (Bank bank : banks) {
            bank.open(accounts.stream()
                    .filter(account -> account.name().bank().equals(bank.name()))
                    .toList());
        }
        Map<String, Long> before = new HashMap<>();
        banks.forEach(bank -> before.put(bank.name(), bank.balance()));

        Evidence evidence = transferAndKill(cluster, banks, before, file);
        List<Finding> findings = Audit.of(evidence);
        new Report(screen.terminal()).print(evidence, file, findings);
        boolean passed = Audit.passes(findings);
        verdict(passed);
        if (passed) {
            folder.allWentWell();
        }
        if (options.keep() == DemoOptions.Keep.RUNNING) {
            new Exploring(screen, cluster, directory).untilInterrupted();
        }
        return passed;
    }

    private void stop(Cluster cluster) {
        stopping = true;
        cluster.close();
        folder.removeIfDisposable();
    }

    private TransferFile load(Installation installation) {
        List<String> lines = installation.lines(TRANSFERS);
        // The header is no transfer.
        long wanted = Math.min(lines.size(), options.lines() + 1L);
        TransferFile file = TransferFile.parse(lines.subList(0, (int) wanted), new HashSet<>(Cluster.BANKS));
        screen.heading("Assent demo");
        screen.say("  " + TRANSFERS + ": " + Screen.plural(file.lines(), "line") + ", "
                + Screen.plural(file.transfers().size(), "transfer") + ", "
                + file.rejected().size() + " rejected; seed "
                + options.seed());
        return file;
    }

    private void start(Cluster cluster) {
        screen.say("  databases and logs: " + directory);
        cluster.start();
        for (ServiceProcess service : cluster.services()) {
            screen.say(String.format("  %-12s %s (process %d)", service.name(), service.url(), service.pid()));
        }
        screen.say("  three PostgreSQL servers and " + cluster.services().size() + " services started in "
                + Screen.seconds(elapsed()));
    }

    private Evidence transferAndKill(Cluster cluster, List<Bank> banks, Map<String, Long> before, TransferFile file) {
        Log log = new Log(cluster.database("coordinator"));
        InDoubt inDoubt = new InDoubt(banks, log);
        Assent assent = Assent.builder().coordinators(cluster.coordinatorUrls()).build();
        TransferClient client = new TransferClient(cluster.service("transfer").url(), assent);
        Pace pace = new Pace(file.transfers().size());
        Workload workload = new Workload(client, pace, file.transfers(), options.seed());
        Scene scene = new Scene(cluster, workload, pace, inDoubt, log, new Rings(cluster), screen);
        Saboteur saboteur = new Saboteur(scene);
        List<Crash> crashes = Crash.all();

        screen.heading("Transfers, by " + Workload.CLIENTS + " clients at once");
        if (scene.hasOtherReplicas()) {
            screen.ring(scene.rings().withEveryone());
        }
        workload.start();
        CompletableFuture<List<Kill>> kills = CompletableFuture.supplyAsync(() -> saboteur.strike(crashes));
        new Progress(screen, cluster, workload, inDoubt)
                .showUntil(() -> kills.isDone() && (workload.isOver() || kills.isCompletedExceptionally()));
        if (!workload.isOver()) {
            // Clients might wait for minutes for what does not come back.
            verdict(false);
            throw failure(kills);
        }
        screen.say("  " + Screen.plural(client.repeated(), "transfer")
                + " tried again after an abort that was no answer, " + client.asked()
                + " outcomes asked of the coordinator");
        Pause.until(() -> inDoubt.branches() == 0 && log.unfinished().isEmpty(), QUIET_PATIENCE);
        Map<String, Evidence.Books> books = new HashMap<>();
        banks.forEach(bank -> books.put(
                bank.name(),
                new Evidence.Books(
                        before.getOrDefault(bank.name(), 0L), bank.balance(), bank.entries(), bank.prepared())));
        return new Evidence(
                file.transfers().size(),
                workload.answers(),
                books,
                log.decisions(),
                log.unfinished(),
                crashes.size(),
                result(kills));
    }

    private List<Kill> result(CompletableFuture<List<Kill>> kills) {
        if (kills.isCompletedExceptionally()) {
            screen.say(screen.terminal().paint(Ink.BAD, "  " + failure(kills).getMessage()));
            return List.of();
        }
        return kills.join();
    }

    /** @throws IllegalStateException if it is none that is foreseen */
    private static DemoException failure(CompletableFuture<List<Kill>> kills) {
        Throwable thrown = kills.exceptionNow();
        if (thrown instanceof DemoException foreseen) {
            return foreseen;
        }
        throw new IllegalStateException("the kills went wrong", thrown);
    }

    private void verdict(boolean passed) {
        Terminal terminal = screen.terminal();
        String word = passed ? terminal.paint(Ink.GOOD, "PASS") : terminal.paint(Ink.BAD, "FAIL");
        screen.say("\n" + word + " in " + Screen.seconds(elapsed())
                + (passed ? "" : "; logs: " + directory.resolve("logs")));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }
}
