package io.assent.spec;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tlc2.TLC;

/** Runs TLC in a process of its own: it keeps its state in static fields. */
final class ModelChecker {
    private static final Path FOLDER = Path.of("target", "tlc");
    private static final String CONFIGURATION = "check.cfg";
    private static final Duration TIMEOUT_SMALL = Duration.ofMinutes(10);
    private static final Duration TIMEOUT_FULL = Duration.ofHours(1);
    private static final Pattern INVARIANT = Pattern.compile("Invariant (\\w+) is violated");
    private static final Pattern STATES = Pattern.compile("([\\d,]+) distinct states found");

    private final Size size;

    ModelChecker(Size size) {
        this.size = size;
    }

    Finding run(Check check) throws IOException, InterruptedException {
        Path folder = FOLDER.resolve(check.name());
        Files.createDirectories(folder);
        Path module = check.model().file();
        Files.copy(module, folder.resolve(module), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve(CONFIGURATION), check.configuration(size));
        Path output = folder.resolve("output.txt");
        long started = System.nanoTime();
        boolean ended = runProcess(command(folder, module), folder, output);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        String text = Files.readString(output);
        Finding finding = ended ? read(text, output) : new Finding.Undecided(output);
        report(check, finding, states(text), took);
        return finding;
    }

    private boolean runProcess(List<String> command, Path folder, Path output)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Duration timeout = size == Size.FULL ? TIMEOUT_FULL : TIMEOUT_SMALL;
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Path folder, Path module) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                switch (size) {
                    // Over before a better compiler, or a collector with more threads, would pay off.
                    case SMALL -> List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");
                    case FULL -> List.of("-XX:+UseParallelGC", "-Xmx2g");
                });
        // There the checker unpacks its own modules, and deletes them: another process must not read them meanwhile.
        command.add("-Djava.io.tmpdir=" + folder.toAbsolutePath());
        command.addAll(List.of("-cp", classPath(), TLC.class.getName()));
        // Without "-deadlock" it would be a mistake that nothing more can happen; here a transaction just ends.
        command.addAll(List.of("-deadlock", "-lncheck", "final", "-workers", "1", "-fp", "0"));
        command.addAll(List.of("-metadir", "states", "-config", CONFIGURATION, module.toString()));
        return command;
    }

    private static String classPath() throws IOException {
        try {
            return Path.of(TLC.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException wrong) {
            throw new IOException("the model checker's jar has no path", wrong);
        }
    }

    private static Finding read(String text, Path output) {
        if (text.contains("Model checking completed. No error has been found.")) {
            return new Finding.Holds(states(text));
        }
        if (text.contains("Temporal properties were violated.")) {
            return new Finding.Violated(Finding.IN_THE_END);
        }
        Matcher invariant = INVARIANT.matcher(text);
        return invariant.find() ? new Finding.Violated(invariant.group(1)) : new Finding.Undecided(output);
    }

    private static long states(String text) {
        return STATES.matcher(text)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1).replace(",", "")))
                .max()
                .orElse(0);
    }

    private static void report(Check check, Finding finding, long states, Duration took) {
        String said = switch (finding) {
            case Finding.Holds _ -> "holds";
            case Finding.Violated(String property) -> "violates " + property;
            case Finding.Undecided _ -> "UNDECIDED";
        };
        System.out.printf("%-28s %-34s %,10d states %6.1f s%n", check.name(), said, states, took.toMillis() / 1000.0);
    }
}
