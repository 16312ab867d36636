package io.assent.samples.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.samples.demo.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TortureOptionsTest {

    @Test
    void lastsAMinuteWithSeedOneUnlessTold() {
        assertThat(TortureOptions.parse(List.of()))
                .isEqualTo(new TortureOptions(Duration.ofMinutes(1), 1, Optional.empty()));
    }

    @Test
    void takesMinutesOrSecondsSeedAndDirectory() {
        assertThat(TortureOptions.parse(List.of("--minutes=10", "--seed", "-7", "--dir", "d")))
                .isEqualTo(new TortureOptions(Duration.ofMinutes(10), -7, Optional.of(Path.of("d"))));
        assertThat(TortureOptions.parse(List.of("--seconds", "40")).time()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void saysWhatIsWrongWithAnOption() {
        assertMisuse("--minutes must be from 1 to 1440 and is '0'.", "--minutes", "0");
        assertMisuse("--seconds must be a whole number and is '1.5'.", "--seconds", "1.5");
        assertMisuse("--minutes and --seconds both say how long: give one of them.", "--minutes=1", "--seconds=20");
        assertMisuse("torture knows no '--fast'; ./assent torture --help lists its options.", "--fast");
    }

    private static void assertMisuse(String message, String... words) {
        assertThatThrownBy(() -> TortureOptions.parse(List.of(words)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
