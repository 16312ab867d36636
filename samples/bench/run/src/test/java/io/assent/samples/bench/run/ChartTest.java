package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.load.LoadResult;
import io.assent.samples.bench.run.MemoryTrial.Used;
import io.assent.samples.bench.run.RecoveryTrial.Recovered;
import io.assent.samples.bench.run.RecoveryTrial.Since;
import io.assent.samples.bench.run.RecoveryTrial.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** With made-up figures. What is drawn of all workloads lies in target/chart-test.svg afterwards, to be looked at. */
final class ChartTest {

    private static final Pattern CIRCLE = Pattern.compile("<circle cx='([0-9.]+)'");

    @Test
    void drawsALineForEachCandidateInBothPanels() {
        String svg = chart(measured(Series.W2, List.of(8), Contender.ASSENT, Contender.DIRECT_HTTP));

        assertThat(svg).startsWith("<svg ").endsWith("</svg>\n").contains(">assent<", ">direct-http<", ">W2: bank");
        assertThat(count(svg, "<path ")).isEqualTo(2 * 2);
    }

    @Test
    void noTwoPointsOfALineShareAPlaceThoughSeveralNumbersOfClientsDo() {
        for (Series series : List.of(Series.W4, Series.W6, Series.W8)) {
            String svg = chart(measured(series, List.of(8, 32), Contender.ASSENT));

            assertThat(svg).contains(">" + series + ", 8 clients: ", ">" + series + ", 32 clients: ");
            assertThat(count(svg, "<path ")).isEqualTo(2 * 2);
            for (String line : svg.split("<path ", -1)) {
                assertThat(CIRCLE.matcher(line).results().map(circle -> circle.group(1)))
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aCandidateHasOneColourWhateverOthersThereAre() {
        String alone = chart(measured(Series.W2, List.of(8), Contender.DIRECT_HTTP));
        String beside = chart(measured(Series.W2, List.of(8), Contender.ASSENT, Contender.DIRECT_HTTP));

        Pattern label = Pattern.compile("fill='(#\\w+)'>direct-http<");
        assertThat(label.matcher(alone).results().map(found -> found.group(1)).distinct())
                .hasSize(1)
                .containsExactlyElementsOf(label.matcher(beside)
                        .results()
                        .map(found -> found.group(1))
                        .distinct()
                        .toList());
    }

    @Test
    void drawsRecoveryOverWhatWasUnfinishedAndMemoryOverClients() {
        String svg = Chart.of(List.of(), recovered(), used());

        assertThat(svg)
                .contains(
                        ">W7: recovery",
                        ">first delivery, ms<",
                        ">last delivery, ms<",
                        ">100,000<",
                        ">start, 0 rows<",
                        ">ring change, 10,000,000 rows<",
                        ">W8: heap of the coordinator",
                        ">bytes per transaction in flight, from 1,000 clients on<");
        assertThat(count(svg, "<path ")).isEqualTo(2 * 4 + 2);
    }

    @Test
    void whatIsBelowZeroIsWithinItsPanelToo() {
        List<Recovered> before = List.of(
                new Recovered(new Task(Since.RING_CHANGE, 1_000, 0, 1), 700, -30, 200),
                new Recovered(new Task(Since.RING_CHANGE, 10_000, 0, 1), 700, 60, 500));

        String svg = Chart.of(List.of(), before, List.of());

        assertThat(Pattern.compile("<circle [^>]* cy='([0-9.-]+)'").matcher(svg).results())
                .hasSize(4)
                .allSatisfy(circle ->
                        assertThat(Double.parseDouble(circle.group(1))).isBetween(0.0, (double) Panel.HEIGHT - 50));
    }

    @Test
    void allWorkloadsTogetherAreOneDrawing() throws IOException {
        List<Measurement> all = new ArrayList<>();
        for (Series series : Series.values()) {
            Contender[] concerned =
                    Contender.standard().stream().filter(series::concerns).toArray(Contender[]::new);
            all.addAll(measured(series, List.of(8, 32), concerned));
        }

        String svg = Chart.of(Summary.of(all), recovered(), used());

        // W4, W6 and W8 have two each.
        assertThat(count(svg, "font-weight='bold'")).isEqualTo(8 + 3 + 1);
        Files.writeString(Path.of("target/chart-test.svg"), svg);
    }

    private static String chart(List<Measurement> measurements) {
        return Chart.of(Summary.of(measurements), List.of(), List.of());
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static List<Measurement> measured(Series series, List<Integer> clients, Contender... contenders) {
        List<Measurement> all = new ArrayList<>();
        for (Series.Variant variant : series.variants()) {
            for (int count : clients) {
                for (Contender contender : contenders) {
                    for (int run = 1; run <= 3; run++) {
                        Point point = new Point(series, variant, count);
                        all.add(measurement(
                                contender,
                                point,
                                run,
                                100L * count / contender.label().length() + 20L * run));
                    }
                }
            }
        }
        return all;
    }

    private static Measurement measurement(Contender contender, Point point, int run, long perSecond) {
        LoadResult load =
                new LoadResult(1_000_000_000, perSecond, 0, 0, perSecond, perSecond, 0, 900.0 / perSecond, 2, 3, 4, "");
        return new Measurement(
                contender, point, run, load, Map.of(), Map.of(), Map.of(), 4.0, Optional.empty(), List.of());
    }

    private static List<Recovered> recovered() {
        List<Recovered> all = new ArrayList<>();
        for (int history : new int[] {0, 10_000_000}) {
            for (Since since : Since.values()) {
                for (int unfinished : new int[] {1_000, 10_000, 100_000}) {
                    long first = 30L + history / 100_000 + (since == Since.START ? 800 : 0);
                    all.add(new Recovered(
                            new Task(since, unfinished, history, 1), 700, first, first + unfinished / 30));
                }
            }
        }
        return all;
    }

    private static List<Used> used() {
        List<Used> all = new ArrayList<>();
        for (int clients : new int[] {10, 100, 1_000, 10_000}) {
            all.add(new Used(clients, 1, clients, 30_000 + clients * 2_500L));
        }
        return all;
    }
}
