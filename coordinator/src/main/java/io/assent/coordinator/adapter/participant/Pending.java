package io.assent.coordinator.adapter.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.coordinator.protocol.ListedBranch;
import java.util.Comparator;

/** An instruction without an answer. Mutable; guarded by the lock of its participant's lane. */
final class Pending {

    /** Due first comes first; the sequence makes the order total. */
    static final Comparator<Pending> BY_DUE =
            Comparator.<Pending>comparingLong(p -> p.dueNanos).thenComparingLong(p -> p.sequence);

    /** A branch can be asked and told at the same time: a decision does not wait for a vote. */
    record Key(Gtrid gtrid, Bqual bqual, Kind kind) {}

    enum Kind {
        VOTE,
        DELIVERY
    }

    private final Key key;
    private final ListedBranch branch;
    private final long sequence;
    private Purpose purpose;
    private int attempts;
    private int setbacks;
    private int companionsMax = Integer.MAX_VALUE;
    private long dueNanos;
    private String lastError = "";

    Pending(Key key, ListedBranch branch, Purpose purpose, long sequence) {
        this.key = key;
        this.branch = branch;
        this.purpose = purpose;
        this.sequence = sequence;
    }

    Key key() {
        return key;
    }

    Purpose purpose() {
        return purpose;
    }

    void replacePurpose(Purpose newPurpose) {
        purpose = newPurpose;
    }

    Instruction instruction() {
        return new Instruction(purpose.action(), key.gtrid(), key.bqual(), branch.evidence());
    }

    /** Whether the participant finds out by itself if it is never told. */
    boolean mayBeAbandoned() {
        return purpose.action() == Instruction.Action.ROLLBACK && branch.inquiring() == Inquiring.CAN;
    }

    /** The largest batch that it may travel in. */
    int batchMax() {
        return companionsMax;
    }

    int attempts() {
        return attempts;
    }

    /** Attempts in a row that failed for a reason that may lie in this very instruction. */
    int setbacks() {
        return setbacks;
    }

    String lastError() {
        return lastError;
    }

    long dueNanos() {
        return dueNanos;
    }

    void dueAt(long nanos) {
        dueNanos = nanos;
    }

    void failed(String error) {
        attempts++;
        lastError = error;
    }

    void setBack() {
        setbacks++;
    }

    /** It was in a batch that got no usable reply. An instruction that spoils every batch is alone in the end. */
    void travelInHalf(int batchSize) {
        companionsMax = Math.max(1, batchSize / 2);
    }

    void travelFreely() {
        companionsMax = Integer.MAX_VALUE;
    }

    /** Says why it is not sent at all; no attempt was made. */
    void held(String why) {
        lastError = why;
    }
}
