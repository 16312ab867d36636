package io.assent.samples.bench.run;

import io.assent.samples.bench.run.MemoryTrial.Used;
import io.assent.samples.bench.run.RecoveryTrial.Recovered;
import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** One run of the benchmark from the start of the servers to the tables. */
final class BenchRun {

    private final BenchOptions options;
    private final Installation installation;
    private final WorkFolder folder;
    private final Cleanup cleanup;
    private final Results results;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Recovered> recovered = new ArrayList<>();
    private final List<Used> used = new ArrayList<>();
    private int deployments;

    BenchRun(BenchOptions options, Installation installation, WorkFolder folder, Cleanup cleanup) {
        this.options = options;
        this.installation = installation;
        this.folder = folder;
        this.cleanup = cleanup;
        this.results = Results.to(options.out());
    }

    /** Returns whether the books of every run balance. */
    boolean run() {
        Path logs = folder(folder.path().resolve("logs"));
        Optional<Path> profile = options.profile().map(BenchRun::folder);
        Servers servers = Servers.start(folder.path(), logs, options.logs(), cleanup::isUp);
        Deployment.Site site = new Deployment.Site(installation, servers, folder.path(), logs, profile, cleanup);
        explain(servers);
        for (Series series : options.workloads()) {
            series(site, series);
        }
        options.chart().ifPresent(file -> write(file, Chart.of(Summary.of(measurements), recovered, used)));
        boolean balanced = measurements.stream().allMatch(Measurement::booksBalance);
        if (balanced) {
            folder.allWentWell();
        } else {
            System.out.println("The books do NOT balance; logs: " + logs);
        }
        return balanced;
    }

    private void series(Deployment.Site site, Series series) {
        if (options.candidates().stream().noneMatch(series::concerns)) {
            return;
        }
        if (series == Series.W7) {
            new RecoveryTrial(site, options.runs()).run(nextName(), options.history(), this::add);
            show(TrialTables.ofRecovery(recovered));
            return;
        }
        throughput(site, series);
        List<Summary> summaries = Summary.of(measurements);
        show(Table.of(series, summaries) + "\n" + CpuTable.of(series, summaries));
        if (series == Series.W8) {
            new MemoryTrial(site, options.runs()).run(nextName(), this::add);
            show(TrialTables.ofMemory(used));
        }
    }

    private static void show(String table) {
        System.out.println();
        System.out.println(table);
    }

    /** Deployments that differ in the number of replicas are not up at the same time: idle replicas are not free. */
    private void throughput(Deployment.Site site, Series series) {
        List<Integer> replicas = series.variants().stream()
                .map(Series.Variant::replicas)
                .distinct()
                .toList();
        for (int count : replicas) {
            List<Point> points = series.variants().stream()
                    .filter(variant -> variant.replicas() == count)
                    .flatMap(variant ->
                            options.clientsOf(series).stream().map(clients -> new Point(series, variant, clients)))
                    .toList();
            points(site, points, count);
        }
    }

    private void points(Deployment.Site site, List<Point> points, int replicas) {
        Measuring measuring = new Measuring(site.servers(), Duration.ofSeconds(options.seconds()));
        List<Deployment> running = new ArrayList<>();
        try {
            for (Contender contender : options.candidates()) {
                if (points.getFirst().series().concerns(contender)) {
                    running.add(Deployment.start(site, nextName(), contender, replicas));
                }
            }
            warmUp(measuring, running, points);
            for (int run = 1; run <= options.runs(); run++) {
                for (Point point : points) {
                    // Each time another one begins, so that none always comes after the same.
                    Collections.rotate(running, 1);
                    for (Deployment deployment : running) {
                        add(measuring.measure(deployment, point, run));
                    }
                }
            }
        } finally {
            running.forEach(Deployment::close);
        }
    }

    private void warmUp(Measuring measuring, List<Deployment> running, List<Point> points) {
        WarmUp warmUp = new WarmUp(points, options.warmUp());
        System.out.println(points.getFirst().series() + ": warming up, " + warmUp + " …");
        int seconds = warmUp.run((point, length) -> running.stream()
                .map(deployment -> measuring.warmUp(deployment, point, Duration.ofSeconds(length)))
                .toList());
        StringJoiner shares = new StringJoiner(", ");
        for (int i = 0; i < running.size(); i++) {
            shares.add(String.format(
                    Locale.ROOT,
                    "%.1f %% (%s)",
                    warmUp.shares().get(i) * 100,
                    running.get(i).contender().label()));
        }
        System.out.println(points.getFirst().series() + ": each has warmed up for " + seconds
                + " s; compilers still take " + shares + " of their Java processes' time.");
    }

    private String nextName() {
        return "bench_" + deployments++;
    }

    private void add(Recovered one) {
        recovered.add(one);
        results.add(one);
        System.out.println(Series.W7 + " " + one);
    }

    private void add(Used one) {
        used.add(one);
        results.add(one);
        System.out.println(Series.W8 + " " + one);
    }

    private void add(Measurement m) {
        measurements.add(m);
        results.add(m);
        System.out.printf(
                Locale.ROOT,
                "%s %-16s %3d clients %-12s run %d: %,8.0f tx/s  p50 %8.2f ms  p99 %8.2f ms  CPU %6.3f ms%s%s%n",
                m.point().series(),
                m.contender().label(),
                m.point().clients(),
                m.point().variant().label(),
                m.run(),
                m.load().perSecond(),
                m.load().p50(),
                m.load().p99(),
                m.cpuMillisOfAll(),
                m.load().errors() == 0
                        ? ""
                        : "  " + m.load().errors() + " errors: " + m.load().firstError(),
                m.booksBalance() ? "" : "  BOOKS: " + String.join("; ", m.faults()));
    }

    /** What the launcher does not build because hardly anybody wants it. */
    static void demandBuilt(Installation installation, BenchOptions options) {
        boolean wanted = options.candidates().contains(Contender.SEATA_DB);
        if (wanted && !Files.isDirectory(installation.home().resolve(SeataServer.MODULE + "/target/lib"))) {
            throw new DemoException(
                    Contender.SEATA_DB.label()
                            + " is not built, because it takes 230 libraries: run ./mvnw -Pseata -Dmaven.test.skip=true package");
        }
    }

    private void explain(Servers servers) {
        System.out.printf(
                "PostgreSQL %s, %d servers with fsync, synchronous_commit and full_page_writes on; Java %s; %d processors.%n",
                servers.log().version(),
                servers.all().size(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        System.out.println("What is durable when a transaction is over:");
        options.candidates()
                .forEach(contender -> System.out.printf("  %-16s %s%n", contender.label(), contender.durable()));
        System.out.println();
    }

    private static Path folder(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new DemoException("cannot make the folder " + path + ": " + e.getMessage());
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new DemoException("--chart " + file + " cannot be written: " + e.getMessage());
        }
    }
}
