package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.assent.api.Gtrid;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which log has a transaction: the same for ever, and the same share for each. */
class LogShareTest {

    private static final long MINTED = 1_763_738_000_000L;

    /** These must never change: decisions would be looked for where they are not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00000000-0000-7000-8000-000000000000 | 1 | 1 | 1 | 1 | 1 | 4",
                "0190163d-8694-739b-aea5-966c26f8ad91 | 1 | 1 | 1 | 2 | 3 | 32",
                "01942f3a-5c80-7fff-bfff-ffffffffffff | 1 | 1 | 2 | 2 | 4 | 48",
                "ffffffff-ffff-7fff-bfff-ffffffffffff | 1 | 1 | 1 | 1 | 2 | 17",
                "019a7c5e-0000-7abc-9def-012345678903 | 1 | 2 | 3 | 4 | 7 | 83",
                "019a7c5e-0000-7abc-9def-012345678906 | 1 | 2 | 2 | 3 | 5 | 58",
                "019a7c5e-0000-7abc-9def-012345678907 | 1 | 2 | 2 | 3 | 5 | 62",
                "019a7c5e-0000-7abc-9def-012345678908 | 1 | 2 | 3 | 4 | 8 | 90",
            })
    void anIdHasTheSameLogForEver(String id, int of1, int of2, int of3, int of4, int of8, int of100) {
        Gtrid gtrid = Gtrid.parse(id);

        assertThat(List.of(1, 2, 3, 4, 8, 100))
                .extracting(logs -> LogShare.numberOf(gtrid, logs))
                .containsExactly(of1, of2, of3, of4, of8, of100);
    }

    @Property(tries = 50)
    void everyLogGetsItsShareOfRandomIds(@ForAll @IntRange(min = 1, max = 32) int logs, @ForAll long seed) {
        Random random = new Random(seed);
        int[] shares = new int[logs];
        int ids = 2000 * logs;
        for (int i = 0; i < ids; i++) {
            shares[LogShare.numberOf(Gtrid.mint(MINTED + i, random.nextLong(), random.nextLong()), logs) - 1]++;
        }

        // 2000 expected with a standard deviation of 45: six of them.
        for (int share : shares) {
            assertThat(share).isCloseTo(2000, within(270));
        }
    }

    /** A client that counts instead of drawing lots does no harm. */
    @Property(tries = 50)
    void everyLogGetsItsShareOfConsecutiveIds(
            @ForAll @IntRange(min = 2, max = 32) int logs, @ForAll @LongRange(min = 0, max = 1L << 40) long first) {
        int[] shares = new int[logs];
        for (int i = 0; i < 2000 * logs; i++) {
            shares[LogShare.numberOf(Gtrid.mint(MINTED, 0, first + i), logs) - 1]++;
        }

        for (int share : shares) {
            assertThat(share).isCloseTo(2000, within(400));
        }
    }

    @Property
    void twiceAsManyLogsHalveEachShare(
            @ForAll @LongRange(min = 0, max = (1L << 48) - 1) long millis,
            @ForAll long a,
            @ForAll long b,
            @ForAll @IntRange(min = 1, max = 500) int logs) {
        Gtrid gtrid = Gtrid.mint(millis, a, b);

        int number = LogShare.numberOf(gtrid, 2 * logs);

        assertThat(number).isBetween(1, 2 * logs);
        assertThat(LogShare.numberOf(gtrid, logs)).isEqualTo((number + 1) / 2);
    }
}
