package io.assent.samples.bench.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where the processor time goes, for people: of all processes together and of each, medians of all runs. */
final class CpuTable {

    private static final List<String> HEAD = List.of("candidate", "clients", "", "together");
    private static final Set<Integer> WORDS = Set.of(0, 2);
    private static final String NO_SUCH_PROCESS = "–";

    private CpuTable() {}

    static String of(Series series, List<Summary> summaries) {
        List<Summary> own = summaries.stream()
                .filter(summary -> summary.point().series() == series)
                .toList();
        List<String> processes = own.stream()
                .flatMap(summary -> summary.runs().getFirst().cpuMillis().keySet().stream())
                .distinct()
                // Those of one kind as they came, whatever the candidate.
                .sorted(Comparator.comparing(ProcessKind::of))
                .toList();
        List<List<String>> rows = new ArrayList<>(head(processes));
        own.forEach(summary -> rows.add(row(summary, processes)));
        return series.name() + ": CPU ms per transaction\n" + TextTable.of(rows, WORDS);
    }

    /** In two lines, the kind of process only above the first of its kind: eight coordinators have to fit. */
    private static List<List<String>> head(List<String> processes) {
        List<String> kinds = new ArrayList<>(HEAD);
        List<String> names = new ArrayList<>(HEAD.stream().map(_ -> "").toList());
        String last = "";
        for (String process : processes) {
            int dash = process.indexOf('-');
            String kind = dash < 0 ? process : process.substring(0, dash);
            kinds.add(kind.equals(last) ? "" : kind);
            names.add(dash < 0 ? "" : process.substring(dash + 1));
            last = kind;
        }
        return List.of(kinds, names);
    }

    private static List<String> row(Summary summary, List<String> processes) {
        List<String> row = new ArrayList<>(List.of(
                summary.contender().label(),
                Integer.toString(summary.point().clients()),
                summary.point().variant().label(),
                number(summary.median(Measurement::cpuMillisOfAll))));
        for (String process : processes) {
            row.add(
                    summary.runs().getFirst().cpuMillis().containsKey(process)
                            ? number(summary.median(run -> run.cpuMillis().getOrDefault(process, 0.0)))
                            : NO_SUCH_PROCESS);
        }
        return row;
    }

    private static String number(double millis) {
        return String.format(Locale.ROOT, "%.3f", millis);
    }
}
