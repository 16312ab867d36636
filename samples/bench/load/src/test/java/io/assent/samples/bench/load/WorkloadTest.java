package io.assent.samples.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.load.Step.Booking;
import io.assent.samples.bench.load.Step.Nothing;
import io.assent.samples.bench.load.Workload.FanOut;
import io.assent.samples.bench.load.Workload.NineAndOne;
import io.assent.samples.bench.load.Workload.Transfer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class WorkloadTest {

    private static final int TRIES = 2_000;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void noTransactionMakesOrLosesMoney() {
        for (Workload workload :
                List.of(new Transfer(Accounts.COUNT, 0), new FanOut(1), new FanOut(2), new FanOut(7), new FanOut(64))) {
            for (int i = 0; i < TRIES; i++) {
                assertThat(bookings(workload.next(0, random)).stream()
                                .mapToLong(Booking::amount)
                                .sum())
                        .isZero();
            }
        }
    }

    @Test
    void aFanOutBooksOnAsManyAccountsAsItHasBranches() {
        for (int i = 0; i < TRIES; i++) {
            List<Booking> bookings = bookings(new FanOut(64).next(0, random));

            Set<List<Long>> accounts = bookings.stream()
                    .map(booking -> List.of((long) booking.bank(), booking.account()))
                    .collect(Collectors.toCollection(HashSet::new));
            assertThat(accounts).hasSize(64);
            assertThat(bookings).allMatch(booking -> booking.account() < Accounts.COUNT);
        }
    }

    @Test
    void oneInTenTransfersIsRefused() {
        Transfer workload = new Transfer(Accounts.COUNT, 10);
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            refused += bookings(workload.next(0, random)).getLast().account() == Accounts.UNKNOWN ? 1 : 0;
        }
        assertThat(refused).isBetween(TRIES / 15, TRIES / 7);
    }

    @Test
    void onlyCompanionsDealWithTheTenth() {
        NineAndOne workload = new NineAndOne();
        for (int i = 0; i < TRIES; i++) {
            assertThat(endpoints(workload.next(0, random)))
                    .doesNotContain(NineAndOne.TENTH)
                    .doesNotHaveDuplicates();
            assertThat(endpoints(workload.next(-1, random))).contains(NineAndOne.TENTH);
        }
    }

    @Test
    void everyWorkloadComesBackFromItsText() {
        for (Workload workload : List.of(new Workload.Empty(), new Transfer(10, 3), new FanOut(8), new NineAndOne())) {
            Map<String, String> parameters = Arrays.stream(
                            WorkloadText.write(workload).split("&", -1))
                    .map(part -> part.split("=", -1))
                    .collect(Collectors.toMap(part -> part[0], part -> part[1]));

            assertThat(WorkloadText.parse(parameters)).isEqualTo(workload);
        }
    }

    private static List<Booking> bookings(Work work) {
        return work.steps().stream().map(Booking.class::cast).toList();
    }

    private static List<Integer> endpoints(Work work) {
        return work.steps().stream().map(step -> ((Nothing) step).endpoint()).toList();
    }
}
