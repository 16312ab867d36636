package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.run.MemoryTrial.Used;
import io.assent.samples.bench.run.RecoveryTrial.Recovered;
import io.assent.samples.bench.run.RecoveryTrial.Since;
import io.assent.samples.bench.run.RecoveryTrial.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrialTablesTest {

    @Test
    void recoveryHasALineForEachTaskWithTheMediansOfItsRuns() {
        String table = TrialTables.ofRecovery(List.of(
                recovered(Since.START, 1, 900),
                recovered(Since.START, 2, 1_900),
                recovered(Since.START, 3, 1_100),
                recovered(Since.RING_CHANGE, 1, 200)));

        assertThat(table.lines().skip(1))
                .containsExactly(
                        "  candidate  since        history  unfinished  ready or ring ms  first delivery ms  last delivery ms    (min to max)  deliveries/s",
                        "  assent     start             50       1,000               700                100             1,100  (900 to 1,900)         2,000",
                        "  assent     ring change       50       1,000               700                100               200    (200 to 200)        20,000");
    }

    @Test
    void memoryHasALineForEachNumberOfClients() {
        String table = TrialTables.ofMemory(
                List.of(new Used(10, 1, 10, 40_000), new Used(10, 2, 10, 20_000), new Used(1_000, 1, 990, 2_970_000)));

        assertThat(table.lines().skip(1))
                .containsExactly(
                        "  candidate             clients  in flight     heap B  heap B a transaction      (min to max)",
                        "  assent     in-flight       10         10     30,000                 3,000  (2,000 to 4,000)",
                        "  assent     in-flight    1,000        990  2,970,000                 3,000  (3,000 to 3,000)");
    }

    @Test
    void linesOfJsonBeginAsThoseOfTheOtherWorkloadsDo() {
        assertThat(Results.line(recovered(Since.RING_CHANGE, 2, 200)))
                .startsWith(
                        "{\"candidate\":\"assent\",\"workload\":\"W7\",\"variant\":\"ring_change\",\"clients\":0,\"run\":2,")
                .contains(
                        "\"unfinished\":1000",
                        "\"history\":50",
                        "\"first_delivery_ms\":100",
                        "\"last_delivery_ms\":200",
                        "\"books_balance\":true");
        assertThat(Results.line(new Used(10, 1, 10, 40_000)))
                .startsWith(
                        "{\"candidate\":\"assent\",\"workload\":\"W8\",\"variant\":\"in-flight\",\"clients\":10,\"run\":1,")
                .contains("\"in_flight\":10", "\"heap_bytes_per_tx\":4000.0", "\"books_balance\":true");
    }

    private static Recovered recovered(Since since, int run, long lastMillis) {
        return new Recovered(new Task(since, 1_000, 50, run), 700, 100, lastMillis);
    }
}
