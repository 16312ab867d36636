package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.samples.demo.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchOptionsTest {

    @Test
    void measuresEverythingUnlessTold() {
        BenchOptions options = BenchOptions.parse(List.of());

        assertThat(options.workloads()).containsExactly(Series.values());
        assertThat(options.candidates()).containsAll(Contender.standard());
        assertThat(options.clientsOf(Series.W2)).containsExactly(1, 8, 32, 64);
        assertThat(options.runs()).isEqualTo(3);
        assertThat(options.seconds()).isEqualTo(10);
        assertThat(options.warmUp()).isEmpty();
        assertThat(options.out()).isEmpty();
    }

    @Test
    void takesWhatIsChosenInTheOrderGiven() {
        BenchOptions options = BenchOptions.parse(List.of(
                "--workloads",
                "W2,W1",
                "--clients=32",
                "--candidates",
                "direct-http,assent",
                "--runs",
                "5",
                "--logs=2",
                "--warm-up=7",
                "--out=x"));

        assertThat(options.workloads()).containsExactly(Series.W2, Series.W1);
        assertThat(options.clientsOf(Series.W4)).containsExactly(32);
        assertThat(options.candidates()).containsExactly(Contender.DIRECT_HTTP, Contender.ASSENT);
        assertThat(options.runs()).isEqualTo(5);
        assertThat(options.logs()).isEqualTo(2);
        assertThat(options.warmUp()).hasValue(7);
        assertThat(options.out()).hasValueSatisfying(path -> assertThat(path).isAbsolute());
    }

    @Test
    void namesFieldValueAndWayOut() {
        refused("--workloads has no 'W9'; there are: W1, W2", "--workloads", "W2,W9");
        refused("--candidates has no 'me'; there are: assent, direct, direct-http", "--candidates", "me");
        refused("--clients must be from 1 to 10000 and is '0'", "--clients", "8,0");
        refused("--seconds must be a whole number and is 'x'", "--seconds", "x");
        refused("--runs needs a value", "--runs");
        refused("--logs must be from 1 to 8 and is '9'", "--logs", "9");
        refused("--logs 2 does not go with W7", "--logs", "2");
        refused("--out needs a value", "--out=");
        refused("bench knows no '--fast'; ./assent bench --help lists its options", "--fast", "1");
    }

    private static void refused(String message, String... words) {
        assertThatThrownBy(() -> BenchOptions.parse(List.of(words)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }
}
