package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo as a person does, as a process, with the jars that were built. In the phase integration-test. */
@Timeout(240)
class DemoEndToEnd {

    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 200;
    private static final long ENDS_WITHIN_SECONDS = 60;

    @TempDir
    Path directory;

    @Test
    void passesAfterThreeOwnersAndABankWereKilledAndLeavesNothingBehind() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        // So many that something is always under way: what is decided for a replica that was killed is looked at.
        Process demo = demo(output, "--transfers", "800", "--dir", directory.toString());
        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        String shown = Files.readString(output);
        assertThat(demo.exitValue()).as(shown).isZero();
        assertThat(shown).contains("kill -9 south", "between its vote and the outcome");
        assertThat(Pattern.compile("kill -9 c[123] ").matcher(shown).results()).hasSize(3);
        assertThat(Pattern.compile("taken over +first decision for its transactions after")
                        .matcher(shown)
                        .results())
                .as(shown)
                .hasSize(3);
        assertEverythingIsAccountedFor(shown, Lines.OF_800);
    }

    @Test
    void passesWithOneReplicaThatIsStartedAgainAtOnce() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process demo = demo(output, "--replicas", "1", "--transfers", "200", "--dir", directory.toString());
        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        String shown = Files.readString(output);
        assertThat(demo.exitValue()).as(shown).isZero();
        assertThat(Pattern.compile("kill -9 coordinator ").matcher(shown).results())
                .hasSize(3);
        assertThat(shown).doesNotContain("taken over");
        assertEverythingIsAccountedFor(shown, Lines.OF_200);
    }

    @Test
    void endsSoonWhereAProcessDoesNotComeBack() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process demo = demo(output, "--replicas", "1", "--transfers", "200", "--dir", directory.toString());
        assertThat(Pause.until(
                        () -> read(output).contains("kill -9 coordinator "), Duration.ofSeconds(PATIENCE_SECONDS)))
                .isTrue();
        int port = Pattern.compile("coordinator +http://127.0.0.1:([0-9]+)")
                .matcher(read(output))
                .results()
                .map(url -> Integer.parseInt(url.group(1)))
                .findFirst()
                .orElseThrow();

        try (ServerSocket other = new ServerSocket(port)) {
            assertThat(other.isBound()).isTrue();
            assertThat(demo.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            demo.destroy();
        }

        assertThat(demo.exitValue()).as(read(output)).isEqualTo(1);
        assertThat(read(output))
                .contains("demo: coordinator ended with status 2 instead of starting", "the port is in use", "FAIL in ")
                .doesNotContain("PASS in ");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the lines of the file come to. */
    private record Lines(int committed, int withoutFunds, int unknownAccounts, int rejected) {
        private static final Lines OF_200 = new Lines(189, 4, 3, 4);
        private static final Lines OF_800 = new Lines(768, 16, 10, 6);
    }

    private static void assertEverythingIsAccountedFor(String shown, Lines file) {
        assertThat(lines(shown))
                .contains(
                        "committed " + file.committed,
                        "aborted, INSUFFICIENT_FUNDS " + file.withoutFunds,
                        "aborted, UNKNOWN_ACCOUNT " + file.unknownAccounts,
                        "unknown 0",
                        "lines " + file.rejected,
                        "in doubt 0",
                        "prepared transactions, north 0",
                        "prepared transactions, south 0",
                        "unfinished in the log 0");
        assertThat(shown).contains("PASS in ").doesNotContain("FAIL");
    }

    @Test
    void saysInOneLineWhatIsWrongWithTheCommandLine() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        assertThat(demo(output, "--fast").waitFor()).isEqualTo(2);
        assertThat(Files.readString(output))
                .isEqualToNormalizingNewlines(
                        "demo: demo knows no '--fast'; ./assent demo --help lists its options.\n");
        assertThat(demo(output, "--replicas", "6").waitFor()).isEqualTo(2);
        assertThat(Files.readString(output))
                .isEqualToNormalizingNewlines("demo: --replicas must be from 1 to 5 and is '6'.\n");
    }

    private static List<String> lines(String shown) {
        return shown.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    private static Process demo(Path output, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dassent.home=" + HOME,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                new Installation(HOME).classPath("samples/demo"),
                Demo.class.getName()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
