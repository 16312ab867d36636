package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProcessTimesTest {

    /** Burns some time in a child that ends, and then waits to be looked at. */
    private static final String SCRIPT =
            "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; echo done; read line";

    @Test
    void countsTheTimeOfAChildThatHasEnded() throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", SCRIPT).start();
        try {
            assertThat(shell.inputReader().readLine()).isEqualTo("done");

            long own = ProcessTimes.millisOf(shell.pid());
            long tree = ProcessTimes.millisOfTree(shell.pid());

            assertThat(tree).isGreaterThanOrEqualTo(own + 20);
        } finally {
            shell.destroyForcibly();
            assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void countsTheCompilersOfAJavaProcessWithinItsTime() {
        long own = ProcessHandle.current().pid();

        long compilers = ProcessTimes.millisOfCompilers(own);

        assertThat(compilers).isPositive().isLessThanOrEqualTo(ProcessTimes.millisOf(own));
    }

    @Test
    void aProcessThatHasEndedHasNoTimes() throws IOException, InterruptedException {
        Process gone = new ProcessBuilder("true").start();
        assertThat(gone.waitFor(10, TimeUnit.SECONDS)).isTrue();

        assertThat(ProcessTimes.millisOf(gone.pid())).isZero();
        assertThat(ProcessTimes.millisOfCompilers(gone.pid())).isZero();
    }
}
