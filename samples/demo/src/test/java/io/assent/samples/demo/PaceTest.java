package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace(2000);

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
        pace.crashesLeft(3);
        assertThat(pace.interval(2000)).isEqualTo(Duration.ofMillis(15));
    }

    @Test
    void isAsBeforeOnceThereIsNoReasonToHurryAnyMore() {
        pace.crashesLeft(2);
        pace.hurry();
        assertThat(pace.interval(499)).isLessThan(Duration.ofMillis(40));
        pace.calm();
        assertThat(pace.interval(499)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void keepsAnEighthForEachCrashToCome() {
        pace.crashesLeft(2);
        assertThat(pace.interval(500)).isEqualTo(Duration.ofMillis(40));
        assertThat(pace.interval(499)).isEqualTo(Duration.ofSeconds(4));
        pace.crashesLeft(1);
        assertThat(pace.interval(499)).isLessThan(Duration.ofMillis(40));
        pace.hurry();
        assertThat(pace.interval(10)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void isNeverSlowAroundACrash() {
        pace.crashesLeft(4);
        pace.hurry();
        assertThat(pace.interval(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.interval(0)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void keepsClientsOfFewTransfersWaitingForASecondAtTheMost() {
        Pace few = new Pace(8);
        few.crashesLeft(4);
        assertThat(few.interval(8)).isEqualTo(Duration.ofSeconds(1));
    }
}
