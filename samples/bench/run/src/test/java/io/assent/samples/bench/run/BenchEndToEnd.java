package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.assent.samples.demo.Installation;
import io.assent.samples.demo.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark as a person does, as a process, with the jars that were built. In the phase integration-test. */
@Timeout(400)
class BenchEndToEnd {

    private static final Path HOME = Path.of("../../..").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 360;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TEMPORARY = "tmp";
    private static final int SIGTERM_STATUS = 128 + 15;

    @TempDir
    Path directory;

    @Test
    void measuresEveryCandidateAndFindsTheBooksBalanced() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path out = directory.resolve("out.jsonl");
        Path chart = directory.resolve("chart.svg");
        ProcessBuilder command = bench(
                output,
                List.of("--workloads", "W3", "--clients", "2", "--runs", "1", "--seconds", "1", "--warm-up", "1"),
                List.of("--dir", directory.toString(), "--out", out.toString(), "--chart", chart.toString()));
        // Only the quick compiler, in all that it starts, too: how much they do in their one second is not looked at.
        command.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
        Process bench = command.start();
        assertThat(bench.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        String shown = Files.readString(output);
        assertThat(bench.exitValue()).as(shown).isZero();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(Contender.standard().size());
        assertThat(lines)
                .allSatisfy(line -> assertThat(line)
                        .contains("\"workload\":\"W3\"", "\"errors\":0,", "\"books_balance\":true")
                        .doesNotContain("\"committed\":0,", "\"cpu_ms_per_tx\":0.0,"));
        assertThat(lines.stream().filter(line -> line.contains("\"candidate\":\"assent\"")))
                .singleElement(as(STRING))
                .contains("\"client\":", "\"service-north\":", "\"service-south\":", "\"coordinator-1\":")
                .contains("\"postgres-log\":", "\"postgres-north\":", "\"postgres-south\":");
        assertThat(lines.stream().filter(line -> !line.contains("\"commit_rows\":null")))
                .as("those that keep rows of their decisions: assent, direct, direct-http")
                .hasSize(3)
                .allSatisfy(line -> assertThat(number(line, "commit_rows"))
                        .isEqualTo(number(line, "commits_told"))
                        .isGreaterThanOrEqualTo(number(line, "committed")));
        assertThat(shown)
                .contains(
                        "fsync, synchronous_commit and full_page_writes on",
                        "W3: bank transfer",
                        "W3: CPU ms per transaction");
        assertThat(Files.readString(chart)).contains(">assent<", ">atomikos<");
    }

    @Test
    void saysInOneLineWhatIsWrongWithTheCommandLine() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        assertThat(bench(output, List.of("--runs", "0"), List.of()).start().waitFor())
                .isEqualTo(2);
        assertThat(Files.readString(output))
                .isEqualToNormalizingNewlines("bench: --runs must be from 1 to 100 and is '0'.\n");
    }

    @Test
    void saysAtOnceWhatCannotBeWritten() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path chart = directory.resolve("no/chart.svg");
        assertThat(bench(output, List.of(), List.of("--chart", chart.toString()))
                        .start()
                        .waitFor())
                .isEqualTo(2);
        assertThat(Files.readString(output))
                .isEqualToNormalizingNewlines("bench: --chart " + chart + " cannot be written: there is no folder "
                        + chart.getParent() + ".\n");
    }

    /** Of the terminal's Ctrl-C the others would hear too; here only the benchmark does. */
    @Test
    void leavesNothingWhenItIsInterruptedWhileServersStart() throws IOException, InterruptedException {
        isInterrupted(_ -> hasServerWith("PG_VERSION"));
        // Written by a server, and not by what makes its data.
        isInterrupted(_ -> hasServerWith("postmaster.opts"));
    }

    @Test
    void leavesNothingWhenItIsInterruptedAtWork() throws IOException, InterruptedException {
        isInterrupted(bench -> bench.children()
                .anyMatch(child -> child.info().command().orElse("").endsWith("/java")));
    }

    private void isInterrupted(Predicate<Process> when) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path temporary = Files.createDirectories(directory.resolve(TEMPORARY));
        ProcessBuilder command =
                bench(output, List.of("--workloads", "W2", "--candidates", "direct", "--clients", "2"), List.of());
        // What is unpacked of PostgreSQL stays where it is for all.
        String unpacked =
                Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg").toString();
        command.environment()
                .put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary + " -Dot.epg.working-dir=" + unpacked);
        Process bench = command.start();
        Set<ProcessHandle> started = new HashSet<>();
        boolean seen = Pause.until(
                () -> {
                    bench.descendants().forEach(started::add);
                    return when.test(bench);
                },
                PATIENCE);
        bench.destroy();
        bench.descendants().forEach(started::add);

        assertThat(bench.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String shown = Files.readString(output);
        assertThat(seen).as(shown).isTrue();
        assertThat(bench.exitValue()).as(shown).isEqualTo(SIGTERM_STATUS);
        assertThat(started.stream().filter(process -> process.info().command().isPresent()))
                .as(shown)
                .isEmpty();
        assertThat(temporary).isDirectoryNotContaining("glob:**assent-bench-*");
    }

    private boolean hasServerWith(String file) {
        try (Stream<Path> folders = Files.list(directory.resolve(TEMPORARY))) {
            return folders.anyMatch(
                    folder -> Files.exists(folder.resolve("postgres/north").resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(String line, String field) {
        Matcher found = Pattern.compile("\"" + field + "\":([0-9]+),").matcher(line);
        assertThat(found.find()).as(field + " of " + line).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static ProcessBuilder bench(Path output, List<String> what, List<String> where) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dassent.home=" + HOME,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                new Installation(HOME).classPath("samples/bench/run"),
                Bench.class.getName()));
        command.addAll(what);
        command.addAll(where);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    }
}
