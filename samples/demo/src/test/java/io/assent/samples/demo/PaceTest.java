package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace();

    @Test
    void isAsFastAsItCanWhenNoCrashIsToCome() {
        pace.crashesLeft(3);
        pace.crashesLeft(0);
        assertThat(pace.interval(100)).isZero();
    }

    @Test
    void spreadsTheTransfersThatAreLeftOverTheCrashesToCome() {
        pace.crashesLeft(4);
        assertThat(pace.interval(2000)).isEqualTo(Duration.ofMillis(20));
        pace.crashesLeft(2);
        assertThat(pace.interval(2000)).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void hurriesAroundACrash() {
        pace.crashesLeft(4);
        pace.hurry();
        assertThat(pace.interval(2000)).isEqualTo(Duration.ofMillis(5));
        pace.calmDown();
        assertThat(pace.interval(2000)).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void keepsClientsWaitingForHalfASecondAtTheMost() {
        pace.crashesLeft(4);
        assertThat(pace.interval(1)).isEqualTo(Duration.ofMillis(500));
        assertThat(pace.interval(0)).isEqualTo(Duration.ofMillis(500));
    }
}
