package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {

    @Test
    void takesEveryOptionInEitherForm() {
        DemoOptions options = DemoOptions.parse(
                List.of("--transfers=200", "--keep", "--replicas", "5", "--seed", "-7", "--dir", "/x"));
        assertThat(options.replicas()).isEqualTo(5);
        assertThat(options.keep()).isEqualTo(DemoOptions.Keep.RUNNING);
        assertThat(options.lines()).isEqualTo(200);
        assertThat(options.seed()).isEqualTo(-7);
        assertThat(options.directory()).contains(Path.of("/x"));
    }

    @Test
    void usesThreeReplicasAndTheWholeFileAndKeepsNothingByDefault() {
        DemoOptions options = DemoOptions.parse(List.of());
        assertThat(options.replicas()).isEqualTo(3);
        assertThat(options.keep()).isEqualTo(DemoOptions.Keep.NOTHING);
        assertThat(options.lines()).isEqualTo(Integer.MAX_VALUE);
        assertThat(options.directory()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--transfers, --transfers needs a value.",
        "--transfers=ten, --transfers must be a whole number and is 'ten'.",
        "--transfers=99, --transfers must be from 100 to 2147483647 and is '99'.",
        "--replicas, --replicas needs a value.",
        "--replicas=0, --replicas must be from 1 to 5 and is '0'.",
        "--replicas=6, --replicas must be from 1 to 5 and is '6'.",
        "--replicas=two, --replicas must be a whole number and is 'two'.",
        "--seed=x, --seed must be a whole number and is 'x'.",
        "--fast, demo knows no '--fast'; ./assent demo --help lists its options.",
        "stray, demo knows no 'stray'; ./assent demo --help lists its options.",
    })
    void saysInOneLineWhatIsWrong(String word, String message) {
        assertThatThrownBy(() -> DemoOptions.parse(List.of(word)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
