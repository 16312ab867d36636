package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakeoverOptionsTest {

    @Test
    void takesEveryOptionInEitherForm() {
        assertThat(TakeoverOptions.parse(List.of("--kills=3", "--in-flight", "50", "--rolling", "--seed=-7")))
                .isEqualTo(new TakeoverOptions(TakeoverOptions.Mode.ROLLING_RESTART, 3, 50, -7));
    }

    @Test
    void killsTenTimesWithFiveHundredInFlightByDefault() {
        assertThat(TakeoverOptions.parse(List.of()))
                .isEqualTo(new TakeoverOptions(TakeoverOptions.Mode.KILL, 10, 500, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "--kills, --kills needs a value.",
        "--kills=0, --kills must be from 1 to 100 and is '0'.",
        "--in-flight=9, --in-flight must be from 10 to 2000 and is '9'.",
        "--seed=x, --seed must be a whole number and is 'x'.",
        "--fast, takeover knows no '--fast'; ./assent takeover --help lists its options.",
        "--rolling=yes, --rolling takes no value.",
    })
    void saysInOneLineWhatIsWrong(String word, String message) {
        assertThatThrownBy(() -> TakeoverOptions.parse(List.of(word)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
