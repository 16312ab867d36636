package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Figures.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Figures(1, 2, 9));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Figures.of(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(new Figures(1, 3, 9));
    }
}
