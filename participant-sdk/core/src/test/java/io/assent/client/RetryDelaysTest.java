package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RetryDelaysTest {

    private final RetryDelays delays =
            new RetryDelays(Duration.ofMillis(10), Duration.ofMillis(160), Duration.ofMillis(500));

    @Property
    void doublesUpToTheLongestAndTakesAtMostHalfOff(@ForAll @IntRange(max = 100_000) int round) {
        long whole = Math.min(10L << Math.min(round, 10), 160);
        assertThat(delays.after(round, Duration.ZERO).toMillis()).isBetween(whole / 2, whole);
    }

    @Property
    void obeysACoordinatorUpToTheBound(@ForAll @IntRange(min = 161, max = 1_000_000) int asked) {
        assertThat(delays.after(0, Duration.ofMillis(asked)).toMillis()).isEqualTo(Math.min(asked, 500));
    }

    @Test
    void spreadsClientsThatFailedTogether() {
        assertThat(IntStream.range(0, 200)
                        .mapToObj(i -> delays.after(4, Duration.ZERO))
                        .distinct())
                .hasSizeGreaterThan(10);
    }

    @Test
    void refusesDelaysThatWouldSpin() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryDelays(Duration.ZERO, Duration.ofMillis(1), Duration.ZERO));
    }
}
