package io.assent.samples.crash;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.WorkFolder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code ./assent crash-matrix}: runs the cells one after the other. */
public final class CrashMatrix {

    private static final int PASS = 0;
    private static final int FAIL = 1;
    private static final int MISUSE = 2;
    private static final int PROGRESS_EACH = 10;

    private final Options options;
    private final List<Cell> cells;
    private final Parties parties;
    private int failed;

    private CrashMatrix(Options options, List<Cell> cells, Parties parties) {
        this.options = options;
        this.cells = cells;
        this.parties = parties;
    }

    public static void main(String[] arguments) {
        // The coordinator's jar, here for its list of crash points, brings a configuration too.
        System.setProperty("logback.configurationFile", "crash-logback.xml");
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(Options.HELP);
            return;
        }
        System.exit(run(words));
    }

    private static int run(List<String> words) {
        Options options;
        List<Cell> cells;
        try {
            options = Options.parse(words);
            cells = options.cells();
        } catch (IllegalArgumentException e) {
            System.err.println("crash-matrix: " + e.getMessage());
            return MISUSE;
        }
        WorkFolder folder = WorkFolder.temporary("assent-crash-");
        boolean passed = false;
        try (Parties parties = new Parties(Installation.find(), folder.path())) {
            Thread stop = new Thread(parties::close);
            Runtime.getRuntime().addShutdownHook(stop);
            passed = new CrashMatrix(options, cells, parties).run();
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (CrashMatrixException | DemoException e) {
            System.err.println("crash-matrix: " + e.getMessage());
        }
        if (passed) {
            folder.allWentWell();
        } else {
            System.out.println("databases and logs: " + folder.path());
        }
        folder.removeIfDisposable();
        return passed ? PASS : FAIL;
    }

    private boolean run() {
        long started = System.nanoTime();
        System.out.println(cells.size() + " cells, seed " + options.seed() + "; starting PostgreSQL and services");
        parties.start();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Client client = new Client(parties);
            new Books(parties).open();
            CellRun run = new CellRun(parties, client, threads);
            report("warm-up", run.warmUp());
            parties.hastenStarts();
            int done = 0;
            for (Cell cell : cells) {
                report(cell.name(), run.run(cell));
                done++;
                if (done % PROGRESS_EACH == 0) {
                    System.out.println(
                            done + " of " + cells.size() + " cells, " + failed + " failed, " + seconds(started) + " s");
                }
            }
        }
        boolean covered = coverage();
        System.out.println((failed == 0 && covered ? "PASS" : "FAIL") + ": " + cells.size() + " cells, " + failed
                + " failed, " + seconds(started) + " s");
        return failed == 0 && covered;
    }

    private void report(String cell, List<String> wrong) {
        if (wrong.isEmpty()) {
            return;
        }
        failed++;
        System.out.println("FAILED " + cell + ": " + String.join("; ", wrong) + " (again: ./assent crash-matrix --only "
                + cell + " --seed " + options.seed() + ")");
    }

    /** With {@code --only} most points need not be reached. */
    private boolean coverage() {
        Set<String> reached = parties.reached();
        List<Point> missed = Point.all().stream()
                .filter(point -> !reached.contains(point.name()))
                .toList();
        int all = Point.all().size();
        System.out.println("crash points reached: " + (all - missed.size()) + " of " + all);
        missed.forEach(point -> System.out.println("never reached: " + point.number() + " " + point.name()));
        return missed.isEmpty() || !options.only().isEmpty();
    }

    private static long seconds(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toSeconds();
    }
}
