package io.assent.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.demo.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs a share of the matrix with the jars that were built. In the phase integration-test. */
@Timeout(630)
class CrashMatrixEndToEnd {

    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 600;

    @TempDir
    Path directory;

    @Test
    void aShareOfTheMatrixPassesAndReachesEveryCrashPoint() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process matrix = matrix(output, "--quick");
        assertThat(matrix.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        String shown = Files.readString(output);
        System.out.println(shown);
        assertThat(matrix.exitValue()).as(shown).isZero();
        int points = Point.all().size();
        assertThat(shown).contains("crash points reached: " + points + " of " + points);
    }

    @Test
    void saysInOneLineWhatIsWrongWithTheCommandLine() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        assertThat(matrix(output, "--fast").waitFor()).isEqualTo(2);
        assertThat(Files.readString(output))
                .isEqualToNormalizingNewlines(
                        "crash-matrix: knows no '--fast', only --only=NAME, --quick and --seed=S.\n");
    }

    private static Process matrix(Path output, String option) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dassent.home=" + HOME,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        new Installation(HOME).classPath("samples/crash"),
                        CrashMatrix.class.getName(),
                        option)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
