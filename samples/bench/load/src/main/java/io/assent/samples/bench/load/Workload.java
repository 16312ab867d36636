package io.assent.samples.bench.load;

import io.assent.samples.bench.load.Step.Booking;
import io.assent.samples.bench.load.Step.Nothing;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the clients do.
 *
 * <p>Accounts are taken in ascending order and the first bank before the second, so that no transaction waits for one
 * that waits for it: deadlocks would measure the lock timeout.
 */
public sealed interface Workload {

    /** The next transaction of a client. */
    Work next(int client, SplittableRandom random);

    /** How many clients there are beside those that are measured. */
    default int companions() {
        return 0;
    }

    /** Two branches that touch no database. */
    record Empty() implements Workload {
        @Override
        public Work next(int client, SplittableRandom random) {
            return Work.of(new Nothing(0), new Nothing(1));
        }
    }

    /**
     * A debit in the first bank and a credit in the second.
     *
     * @param accounts how many accounts of each bank take part
     * @param refusedPercent how many of a hundred credits go to an account that there is none of
     */
    record Transfer(int accounts, int refusedPercent) implements Workload {
        @Override
        public Work next(int client, SplittableRandom random) {
            long amount = random.nextLong(1, AMOUNT_MAX);
            long to = random.nextInt(100) < refusedPercent ? Accounts.UNKNOWN : random.nextLong(accounts);
            return Work.of(new Booking(0, random.nextLong(accounts), -amount), new Booking(1, to, amount));
        }
    }

    /** As many bookings as there are branches, in turn in both banks, with the sum 0. */
    record FanOut(int branches) implements Workload {
        @Override
        public Work next(int client, SplittableRandom random) {
            long first = random.nextLong(Accounts.COUNT - branches);
            long amount = random.nextLong(1, AMOUNT_MAX);
            List<Step> steps = new ArrayList<>(branches);
            for (int i = 0; i < branches; i++) {
                // The last of an odd number has no counterpart: it writes, and changes nothing.
                long change = i == branches - 1 && i % 2 == 0 ? 0 : i % 2 == 0 ? -amount : amount;
                steps.add(new Booking(i % 2, first + i / 2, change));
            }
            return new Work(steps);
        }
    }

    /** The measured clients deal with nine endpoints, their companions with the tenth and one of the nine. */
    record NineAndOne() implements Workload {
        /** The endpoint that only companions deal with. */
        public static final int TENTH = Step.ENDPOINTS - 1;

        private static final int COMPANIONS = 4;

        @Override
        public Work next(int client, SplittableRandom random) {
            int one = random.nextInt(TENTH);
            int other = client < 0 ? TENTH : (one + 1 + random.nextInt(TENTH - 1)) % TENTH;
            return Work.of(new Nothing(one), new Nothing(other));
        }

        @Override
        public int companions() {
            return COMPANIONS;
        }
    }

    int AMOUNT_MAX = 100;
}
