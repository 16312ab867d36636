package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.run.WarmUp.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WarmUpTest {

    private static final List<Point> POINTS = List.of(point(1), point(32), point(64));
    private static final Times QUIET = new Times(50, 1000);
    private static final Times BUSY = new Times(51, 1000);

    private final List<Integer> clients = new ArrayList<>();

    @Test
    void goesOnUntilTheCompilersOfAllAreQuietOverOneTurnAtEachPoint() {
        WarmUp warmUp = new WarmUp(POINTS, Optional.empty());

        int seconds = warmUp.run((point, _) -> {
            clients.add(point.clients());
            return List.of(QUIET, clients.size() <= 9 ? new Times(600, 1000) : QUIET);
        });

        assertThat(seconds).isEqualTo(120);
        assertThat(clients).startsWith(64, 32, 1, 64, 32, 1).hasSize(12);
        assertThat(warmUp.shares()).containsExactly(0.05, 0.05);
    }

    @Test
    void takesAMinuteEvenIfNothingIsCompiled() {
        assertThat(new WarmUp(POINTS, Optional.empty()).run((_, _) -> List.of(Times.NONE)))
                .isEqualTo(60);
    }

    @Test
    void endsAfterFiveMinutesIfCompilersDoNot() {
        WarmUp warmUp = new WarmUp(POINTS, Optional.empty());

        assertThat(warmUp.run((_, _) -> List.of(BUSY))).isEqualTo(300);
        assertThat(warmUp.shares()).containsExactly(0.051);
    }

    @Test
    void takesAsLongAsThePersonSaid() {
        List<Integer> turns = new ArrayList<>();

        int seconds = new WarmUp(POINTS, Optional.of(25)).run((_, length) -> {
            turns.add(length);
            return List.of(BUSY);
        });

        assertThat(seconds).isEqualTo(25);
        assertThat(turns).containsExactly(10, 10, 5);
    }

    @Test
    void saysHowLongItMayTake() {
        assertThat(new WarmUp(POINTS, Optional.empty())).hasToString("60 to 300 s for each candidate");
        assertThat(new WarmUp(POINTS, Optional.of(25))).hasToString("25 s for each candidate");
    }

    @Test
    void aCompilerThreadThatHasEndedCountsNothing() {
        assertThat(new Times(20, 900).since(new Times(30, 400))).isEqualTo(new Times(0, 500));
    }

    private static Point point(int clients) {
        return new Point(Series.W2, Series.W2.variants().getFirst(), clients);
    }
}
