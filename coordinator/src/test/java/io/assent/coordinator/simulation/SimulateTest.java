package io.assent.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.coordinator.simulation.SimulateOptions.Mode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void takesTheSameNumbersOfTheSameOptionsInEitherForm() {
        assertThat(SimulateOptions.parse(List.of("--seeds", "7", "--from=3", "--mutate", "no_infer,FLOOR")))
                .isEqualTo(SimulateOptions.parse(List.of("--seeds=7", "--from", "3", "--mutate=FLOOR,NO_INFER")))
                .isEqualTo(new SimulateOptions(Mode.SEEDS, 3, 7, Set.of(Mutation.FLOOR, Mutation.NO_INFER)));
    }

    @Test
    void runsTwoThousandSeedsWithoutOptions() {
        assertThat(SimulateOptions.parse(List.of())).isEqualTo(new SimulateOptions(Mode.SEEDS, 1, 2_000, Set.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fast 1            | simulate knows no '--fast'; ./assent simulate --help lists its options.",
                "--seeds             | --seeds needs a value.",
                "--seeds many        | --seeds must be a whole number and is 'many'.",
                "--seed 0            | --seed must be from 1 to 9223372036854775807 and is '0'.",
                "--minutes 99999     | --minutes must be from 1 to 10080 and is '99999'.",
                "--seed 1 --from 2   | --seed and --from exclude each other.",
                "--minutes 1 --seeds 2 | --minutes and --seeds exclude each other.",
                "--seed 1 --mutate all | --seed and --mutate all exclude each other; --seeds bounds that one.",
                "--mutate R3         | --mutate knows no 'R3', only all and FIRST_WINS,"
            })
    void saysWhichOptionIsWrongAndHow(String words, String message) {
        assertThat(run(words)).isEqualTo(2);
        assertThat(shown(err)).startsWith("simulate: " + message).hasLineCount(1);
        assertThatThrownBy(() -> SimulateOptions.parse(List.of(words.split(" "))))
                .isInstanceOf(SimulateOptions.UsageException.class);
    }

    @Test
    void endsWellWhenNoPromiseIsBroken() {
        assertThat(run("--seeds 3 --from 5")).isZero();
        assertThat(shown(out)).contains("no promise is broken: 3 seeds,").contains(" events (");
    }

    @Test
    void showsTheTraceOfOneSeed() {
        assertThat(run("--seed 5")).isZero();
        assertThat(shown(out)).contains("everything is healed").contains("seed 5: no promise is broken");
    }

    @Test
    void endsBadlyAndSaysHowToReplayWhenAPromiseIsBroken() {
        assertThat(run("--seeds 100 --mutate ROW_FIRST")).isEqualTo(1);
        assertThat(shown(out))
                .containsPattern("seed \\d+ breaks TOLD_BY_A_ROW")
                .containsPattern("replay: ./assent simulate --seed \\d+ --mutate ROW_FIRST\n");
    }

    private int run(String words) {
        return Simulate.run(List.of(words.split(" ")), stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String shown(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
