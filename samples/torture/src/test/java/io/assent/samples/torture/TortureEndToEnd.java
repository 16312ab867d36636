package io.assent.samples.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.demo.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs a short torture as a person does, as a process, with the jars that were built. In the phase integration-test. */
@Timeout(630)
class TortureEndToEnd {

    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 600;

    @TempDir
    Path directory;

    @Test
    void everyAnswerOfAShortTortureIsTrueAndNothingIsLeftBehind() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process torture = torture(output, "--seconds=30", "--seed=4", "--dir=" + directory.resolve("torture"));
        assertThat(torture.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        String shown = Files.readString(output);
        assertThat(torture.exitValue()).as(shown).isZero();
        assertThat(shown).contains("PASS in ").doesNotContain("FAIL");
        List<String> lines =
                shown.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
        assertThat(lines).contains("violations 0", "still unknown 0", "ok in doubt at the end (0)");
        assertThat(figure(lines, "told committed")).isPositive();
        assertThat(figure(lines, "all")).isGreaterThan(5);
    }

    @Test
    void saysInOneLineWhatIsWrongWithTheCommandLine() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        assertThat(torture(output, "--minutes=x").waitFor()).isEqualTo(2);
        assertThat(Files.readString(output))
                .isEqualToNormalizingNewlines("torture: --minutes must be a whole number and is 'x'.\n");
    }

    private static long figure(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.matches(name + " \\d+"))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static Process torture(Path output, String... options) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dassent.home=" + HOME,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                new Installation(HOME).classPath("samples/torture"),
                Torture.class.getName());
        builder.command().addAll(List.of(options));
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }
}
