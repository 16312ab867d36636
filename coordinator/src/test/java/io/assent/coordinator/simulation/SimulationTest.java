package io.assent.coordinator.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs seeds; {@code ./assent simulate} runs as many more as one likes. */
class SimulationTest {

    private static final int SEEDS = 2_500;
    private static final int MUTATION_SEEDS_MAX = 10_000;
    private static final int REPLAYED_SEEDS = 50;

    @Test
    void noSeedBreaksAPromise() {
        long transactions = 0;
        long committed = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation.Result result = Simulation.run(Plan.of(seed), Set.of(), Trace.Keeping.NUMBER);
            assertThat(result.violation())
                    .as(() -> Simulate.explain(result, Set.of()))
                    .isNull();
            transactions += result.transactions();
            committed += result.committed();
        }
        assertThat(transactions).as("decided").isGreaterThan(SEEDS);
        assertThat(committed).as("committed").isBetween(transactions / 5, transactions * 4 / 5);
    }

    @Test
    void oneSeedIsOneRun() {
        for (long seed = 1; seed <= REPLAYED_SEEDS; seed++) {
            Simulation.Result once = Simulation.run(Plan.of(seed), Set.of(), Trace.Keeping.NUMBER);
            Simulation.Result again = Simulation.run(Plan.of(seed), Set.of(), Trace.Keeping.LINES);
            assertThat(again.number()).as("trace of seed " + seed).isEqualTo(once.number());
            assertThat(again.events()).as("events of seed " + seed).isEqualTo(once.events());
        }
    }

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void aRuleThatIsLeftOutIsFoundOut(Mutation mutation) {
        assertThat(Simulate.firstFailing(mutation, 1, MUTATION_SEEDS_MAX))
                .as(mutation + " (" + mutation.rule + "): " + mutation.does)
                .isNotNull();
    }

    @Test
    void aFailureIsShownShortAndWithTheCommandThatReplaysIt() {
        Set<Mutation> mutations = EnumSet.of(Mutation.NO_INFER);
        Simulation.Result failed = requireNonNull(Simulate.firstFailing(Mutation.NO_INFER, 1, MUTATION_SEEDS_MAX));

        String shown = Simulate.explain(failed, mutations);

        assertThat(shown)
                .contains("./assent simulate --seed " + failed.plan().seed() + " --mutate NO_INFER")
                .contains("proposes")
                .contains("does not know what became of");
        Violation.Promise promise = requireNonNull(failed.violation()).promise;
        Plan shortest = Shrinker.shrink(failed.plan(), mutations, promise);
        assertThat(shortest.items()).hasSizeLessThanOrEqualTo(4);
        Simulation.Result still = Simulation.run(shortest, mutations, Trace.Keeping.NUMBER);
        assertThat(requireNonNull(still.violation()).promise).isEqualTo(promise);
    }
}
