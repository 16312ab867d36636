package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.load.LoadResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SummaryTest {

    private static final Point POINT = new Point(Series.W2, Series.W2.variants().getFirst(), 8);

    @Test
    void takesTheMiddleOfTheRunsAndTheirEnds() {
        List<Summary> summaries = Summary.of(List.of(
                run(Contender.ASSENT, 100),
                run(Contender.DIRECT, 1),
                run(Contender.ASSENT, 900),
                run(Contender.ASSENT, 200)));

        assertThat(summaries).extracting(Summary::contender).containsExactly(Contender.ASSENT, Contender.DIRECT);
        Summary assent = summaries.getFirst();
        assertThat(assent.spread(m -> m.load().perSecond())).isEqualTo(new Spread(200, 100, 900));
    }

    @Test
    void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        Summary summary = Summary.of(List.of(run(Contender.ASSENT, 100), run(Contender.ASSENT, 300)))
                .getFirst();

        assertThat(summary.median(m -> m.load().perSecond())).isEqualTo(200);
    }

    @Test
    void oneRunWhoseBooksAreWrongSpoilsThePoint() {
        Measurement wrong = measurement(Contender.ASSENT, 100, List.of("money is missing"));

        Summary summary = Summary.of(List.of(run(Contender.ASSENT, 100), wrong)).getFirst();

        assertThat(summary.booksBalance()).isFalse();
        assertThat(Table.of(Series.W2, List.of(summary))).contains("WRONG").doesNotContain("balance");
    }

    @Test
    void aLineOfJsonHasEveryFieldThatIsPromised() {
        assertThat(Results.line(run(Contender.ASSENT, 100)))
                .endsWith("}\n")
                .contains(
                        "\"candidate\":\"assent\"",
                        "\"workload\":\"W2\"",
                        "\"clients\":8",
                        "\"run\":1",
                        "\"tx_per_s\":100.0",
                        "\"p50_ms\":1.5",
                        "\"p99_ms\":2.5",
                        "\"errors\":0",
                        "\"cpu_ms_per_tx\":1.75",
                        "\"cpu_ms_per_tx_by_kind\":{\"client\":0.5,\"services\":1.0,\"postgres\":0.25}",
                        "\"cpu_ms_per_tx_by_process\":{\"client\":0.5,\"service-north\":0.375,\"service-south\":0.625,"
                                + "\"postgres-log\":0.25}",
                        "\"wal_bytes_per_tx\":290.0",
                        "\"log_flushes_per_tx\":0.1",
                        "\"http_requests_per_tx\":4.0",
                        "\"commits_told\":107",
                        "\"outcomes_untold\":2",
                        "\"commit_rows\":108",
                        "\"books_balance\":true");
    }

    @Test
    void saysNothingAboutFlushesAndDecisionsThatGoToFiles() {
        assertThat(Results.line(run(Contender.ATOMIKOS, 100)))
                .contains("\"wal_bytes_per_tx\":null", "\"log_flushes_per_tx\":null", "\"commit_rows\":null");
    }

    @Test
    void showsWhereTheProcessorTimeGoesByProcess() {
        Measurement alone = measurement(Contender.DIRECT, 100, Map.of("client", 0.5), List.of());

        String table = CpuTable.of(Series.W2, Summary.of(List.of(run(Contender.ASSENT, 100), alone)));

        assertThat(table.lines())
                .containsExactly(
                        "W2: CPU ms per transaction",
                        "  candidate  clients    together  client  service         postgres",
                        "                                            north  south       log",
                        "  assent           8       1.750   0.500    0.375  0.625     0.250",
                        "  direct           8       0.500   0.500        –      –         –");
    }

    private static Measurement run(Contender contender, long perSecond) {
        return measurement(contender, perSecond, List.of());
    }

    private static Measurement measurement(Contender contender, long perSecond, List<String> faults) {
        Map<String, Double> cpu = new LinkedHashMap<>();
        cpu.put("client", 0.5);
        cpu.put("service-north", 0.375);
        cpu.put("service-south", 0.625);
        cpu.put("postgres-log", 0.25);
        return measurement(contender, perSecond, cpu, faults);
    }

    private static Measurement measurement(
            Contender contender, long perSecond, Map<String, Double> cpu, List<String> faults) {
        LoadResult load =
                new LoadResult(1_000_000_000, perSecond, 0, 0, perSecond, perSecond + 7, 2, 1.5, 2.5, 3.5, 4.5, "");
        return new Measurement(
                contender,
                POINT,
                1,
                load,
                cpu,
                Map.of("log", 290.0, "north", 500.0),
                Map.of("log", 0.1),
                4.0,
                contender.decidesInPostgres() ? Optional.of(perSecond + 8) : Optional.empty(),
                faults);
    }
}
