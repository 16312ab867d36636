package io.assent.coordinator.simulation;

import io.assent.coordinator.simulation.Plan.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Leaves out of a failing plan whatever is not needed for the failure (delta debugging: Zeller and Hildebrandt, 2002). */
final class Shrinker {

    private static final int RUNS_MAX = 400;

    private final Set<Mutation> mutations;
    private final Violation.Promise promise;
    private int runs;

    private Shrinker(Set<Mutation> mutations, Violation.Promise promise) {
        this.mutations = mutations;
        this.promise = promise;
    }

    /** The shortest plan found that breaks the same promise. */
    static Plan shrink(Plan failing, Set<Mutation> mutations, Violation.Promise promise) {
        return new Shrinker(mutations, promise).shrink(failing);
    }

    private Plan shrink(Plan failing) {
        Plan shortest = failing;
        int parts = 2;
        while (shortest.items().size() > 1 && runs < RUNS_MAX) {
            int length = Math.max(1, shortest.items().size() / parts);
            Plan shorter = withoutOnePart(shortest, length);
            if (shorter.items().size() < shortest.items().size()) {
                shortest = shorter;
                parts = Math.max(2, parts - 1);
            } else if (length == 1) {
                break;
            } else {
                parts = Math.min(shortest.items().size(), parts * 2);
            }
        }
        return shortest;
    }

    private Plan withoutOnePart(Plan plan, int length) {
        for (int from = 0; from < plan.items().size() && runs < RUNS_MAX; from += length) {
            List<Item> fewer = new ArrayList<>(plan.items());
            fewer.subList(from, Math.min(plan.items().size(), from + length)).clear();
            Plan candidate = plan.with(fewer);
            if (stillFails(candidate)) {
                return candidate;
            }
        }
        return plan;
    }

    private boolean stillFails(Plan candidate) {
        runs++;
        Violation violation =
                Simulation.run(candidate, mutations, Trace.Keeping.NUMBER).violation();
        return violation != null && violation.promise == promise;
    }
}
