package io.assent.api;

import java.util.Comparator;

/** One branch of a global transaction: which participant, and which of its branches. Ordered by both. */
public record BranchId(ParticipantUrl participant, Bqual bqual) implements Comparable<BranchId> {

    private static final Comparator<BranchId> ORDER =
            Comparator.comparing(BranchId::participant).thenComparing(BranchId::bqual);

    @Override
    public int compareTo(BranchId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return participant + "#" + bqual;
    }
}
