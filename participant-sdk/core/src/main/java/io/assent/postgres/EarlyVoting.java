package io.assent.postgres;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Inquiring;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.BranchRefusedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** {@link Voting#ON_RETURN}: each execution is a branch of its own and votes as soon as the work returns. */
final class EarlyVoting implements Branching {

    private final DataSource dataSource;
    private final PostgresSettings settings;
    private final SessionLimits limits;
    private final EndOfWork end;
    private final StatementDeadlines deadlines = new StatementDeadlines();
    private final CurrentBranch current;
    private final BranchFailures failures;
    private final Function<Duration, Bqual> bquals;

    EarlyVoting(DataSource dataSource, PostgresSettings settings, CurrentBranch current) {
        this(dataSource, settings, current, TimedBqual::mint);
    }

    /** @param bquals mints a fresh one (rule R10) from the time that is left, as {@link TimedBqual#mint} does */
    EarlyVoting(
            DataSource dataSource, PostgresSettings settings, CurrentBranch current, Function<Duration, Bqual> bquals) {
        this.bquals = bquals;
        this.dataSource = dataSource;
        this.settings = settings;
        this.limits = new SessionLimits(settings);
        this.end = EndOfWork.of(settings);
        this.current = current;
        this.failures = new BranchFailures(dataSource, settings);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(TransactionScope scope, BranchWork<T, X> work)
            throws X, SQLException {
        Duration remaining = scope.remaining();
        BranchGid gid = new BranchGid(settings.service(), scope.gtrid(), bquals.apply(remaining));
        if (remaining.isZero()) {
            join(scope, gid, new Vote.No("the deadline passed before the work began"));
            throw new BranchRefusedException(
                    "the deadline of transaction " + scope.gtrid() + " has passed: nothing was done");
        }
        try {
            return callAndVote(scope, gid, remaining, work);
        } catch (Throwable failure) {
            // Also where nobody knows whether PREPARE TRANSACTION succeeded. A vote of NO makes ABORT certain, and a
            // branch that is prepared all the same is rolled back by instruction or by the sweep.
            join(scope, gid, BranchFailures.vote(failure));
            LockTimeoutException timeout = failures.lockTimeout(failure, scope.gtrid());
            if (timeout != null && failure instanceof SQLException) {
                throw timeout;
            }
            if (timeout != null) {
                failure.addSuppressed(timeout);
            }
            throw failure;
        }
    }

    @Override
    public void endOverdue() {
        deadlines.cancelOverdue();
    }

    private <T extends @Nullable Object, X extends Exception> T callAndVote(
            TransactionScope scope, BranchGid gid, Duration remaining, BranchWork<T, X> work) throws X, SQLException {
        BranchTransaction transaction = BranchTransaction.begin(dataSource, limits, end, deadlines, remaining);
        boolean voted = false;
        try {
            T result = current.during(scope.gtrid(), transaction, work);
            if (scope.remaining().isZero()) {
                throw new BranchRefusedException(
                        "the deadline of transaction " + scope.gtrid() + " passed during the work: it was rolled back");
            }
            Vote vote = transaction.vote(gid);
            voted = true;
            join(scope, gid, vote);
            return result;
        } finally {
            if (!voted) {
                transaction.rollback();
            }
            transaction.release();
        }
    }

    private void join(TransactionScope scope, BranchGid gid, Vote vote) {
        scope.join(new Branch(new BranchId(settings.url(), gid.bqual()), Inquiring.CAN, vote));
    }
}
