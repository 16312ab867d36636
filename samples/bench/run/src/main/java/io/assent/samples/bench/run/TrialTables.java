package io.assent.samples.bench.run;

import io.assent.samples.bench.run.MemoryTrial.Used;
import io.assent.samples.bench.run.RecoveryTrial.Recovered;
import io.assent.samples.bench.run.RecoveryTrial.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is not measured by clients, for people: recovery, and memory of what is in flight. Medians of all runs. */
final class TrialTables {

    private static final Set<Integer> WORDS = Set.of(0, 1);

    private static final List<String> RECOVERY = List.of(
            "candidate",
            "since",
            "history",
            "unfinished",
            "ready or ring ms",
            "first delivery ms",
            "last delivery ms",
            "(min to max)",
            "deliveries/s");

    private static final List<String> MEMORY =
            List.of("candidate", "", "clients", "in flight", "heap B", "heap B a transaction", "(min to max)");

    private TrialTables() {}

    static String ofRecovery(List<Recovered> recovered) {
        List<List<String>> rows = new ArrayList<>(List.of(RECOVERY));
        for (Runs<Task, Recovered> same : Runs.by(run -> run.task().ofAnyRun(), recovered)) {
            Spread last = same.spread(Recovered::lastMillis);
            rows.add(List.of(
                    Contender.ASSENT.label(),
                    same.key().since().label(),
                    whole(same.key().history()),
                    whole(same.key().unfinished()),
                    whole(same.spread(Recovered::readyMillis).median()),
                    whole(same.spread(Recovered::firstMillis).median()),
                    whole(last.median()),
                    fromTo(last),
                    whole(same.spread(Recovered::deliveriesPerSecond).median())));
        }
        return Series.W7.name() + ": " + Series.W7.explanation() + "\n" + TextTable.of(rows, WORDS);
    }

    static String ofMemory(List<Used> used) {
        List<List<String>> rows = new ArrayList<>(List.of(MEMORY));
        for (Runs<Integer, Used> same : Runs.by(Used::clients, used)) {
            Spread each = same.spread(Used::bytesPerTransaction);
            rows.add(List.of(
                    Contender.ASSENT.label(),
                    Used.VARIANT,
                    whole(same.key()),
                    whole(same.spread(Used::inFlight).median()),
                    whole(same.spread(Used::heapBytes).median()),
                    whole(each.median()),
                    fromTo(each)));
        }
        return Series.W8.name() + ": heap of the coordinator with transactions in flight\n" + TextTable.of(rows, WORDS);
    }

    private static String fromTo(Spread spread) {
        return "(" + whole(spread.min()) + " to " + whole(spread.max()) + ")";
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
