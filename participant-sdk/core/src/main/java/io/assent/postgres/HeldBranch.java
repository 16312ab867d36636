package io.assent.postgres;

import io.assent.api.Vote;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One branch held open on its connection until it is asked to vote. Whoever uses it holds its lock; work, instructions
 * and the idle timeout so follow each other.
 */
final class HeldBranch {

    private final BranchGid gid;
    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable BranchTransaction transaction;
    private boolean ended;
    private volatile long usedNanos;

    HeldBranch(BranchGid gid, Duration remaining, LongSupplier nanoTime) {
        this.gid = gid;
        this.nanoTime = nanoTime;
        this.usedNanos = nanoTime.getAsLong();
        this.deadlineNanos = usedNanos + remaining.toNanos();
    }

    BranchGid gid() {
        return gid;
    }

    /** @return false if somebody else used the branch all the time */
    boolean enter(Duration waitMax) throws InterruptedException {
        return lock.tryLock(waitMax.toNanos(), TimeUnit.NANOSECONDS);
    }

    void leave() {
        usedNanos = nanoTime.getAsLong();
        lock.unlock();
    }

    /** Whether the branch has voted or was rolled back. Asked only inside. */
    boolean isEnded() {
        return ended;
    }

    @Nullable
    BranchTransaction transaction() {
        return transaction;
    }

    void opened(BranchTransaction opened) {
        transaction = opened;
    }

    /** Says, also from outside, that the branch can only roll back. */
    void markRollbackOnly() {
        BranchTransaction open = transaction;
        if (open != null) {
            open.markRollbackOnly();
        }
    }

    /** Votes and gives the connection back; inside, once. */
    Vote voteAndEnd() {
        BranchTransaction open = transaction;
        ended = true;
        if (open == null) {
            return new Vote.No("no work was done");
        }
        boolean voted = false;
        try {
            Vote vote = open.vote(gid);
            voted = true;
            return vote;
        } catch (SQLException | RuntimeException e) {
            return BranchFailures.vote(e);
        } finally {
            if (!voted) {
                open.rollback();
            }
            open.release();
        }
    }

    /** Rolls back and gives the connection back; inside. */
    void rollbackAndEnd() {
        BranchTransaction open = transaction;
        if (!ended && open != null) {
            open.rollback();
            open.release();
        }
        ended = true;
    }

    /** Whether nothing has been done for so long, or the deadline has passed. */
    boolean isOverdue(Duration idleTimeout) {
        long now = nanoTime.getAsLong();
        return now - deadlineNanos > 0 || now - usedNanos > idleTimeout.toNanos();
    }
}
