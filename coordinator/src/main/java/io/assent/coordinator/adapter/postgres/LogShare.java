package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import java.util.UUID;

/**
 * Which of several logs has a transaction: a function of its id and of the number of logs alone, the same in every replica and for
 * ever. docs/PROTOCOL.md defines it; changing it would look for decisions where they are not.
 *
 * <p>Both halves of the id, combined by exclusive or, go through the finalizer of SplitMix64 (Steele, Lea, Flood: "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014; variant 13 of Stafford), and the result, as a fraction of 2<sup>64</sup>, is scaled
 * to the number of logs (Lemire, "Fast Random Integer Generation in an Interval", 2019). Another hash than the ring's, so that the
 * transactions of one owner are spread over all logs.
 */
final class LogShare {

    private LogShare() {}

    /**
     * @param logs how many there are
     * @return 1 to logs
     */
    static int numberOf(Gtrid gtrid, int logs) {
        UUID id = gtrid.value();
        long hash = mix(id.getMostSignificantBits() ^ id.getLeastSignificantBits());
        return 1 + (int) Math.unsignedMultiplyHigh(hash, logs);
    }

    private static long mix(long value) {
        long h = value;
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }
}
