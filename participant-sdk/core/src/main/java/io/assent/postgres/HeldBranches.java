package io.assent.postgres;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.BranchRefusedException;
import io.assent.participant.Ending;
import io.assent.participant.Endings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Voting#ON_PREPARE}: the branches held open by this instance, one for each transaction, at most as many as the
 * settings allow.
 */
final class HeldBranches implements Branching, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldBranches.class);

    /** How long an instruction waits for work that is still running before it is answered RETRY. */
    private static final Duration INSTRUCTION_WAIT_MAX = Duration.ofSeconds(1);

    /** How many READ_ONLY votes are remembered, so that a repeated PREPARE gets the same vote. */
    private static final int READ_ONLY_REMEMBERED_MAX = 4096;

    private final DataSource dataSource;
    private final PostgresSettings settings;
    private final SessionLimits limits;
    private final EndOfWork end;
    private final StatementDeadlines deadlines = new StatementDeadlines();
    private final CurrentBranch current;
    private final BranchFailures failures;
    private final Map<Gtrid, HeldBranch> byGtrid = new HashMap<>();
    private final Map<BranchGid, Boolean> readOnly = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BranchGid, Boolean> eldest) {
            return size() > READ_ONLY_REMEMBERED_MAX;
        }
    };
    private final Function<Duration, Bqual> bquals;
    private final LongSupplier nanoTime;
    private boolean closed;

    HeldBranches(DataSource dataSource, PostgresSettings settings, CurrentBranch current) {
        this(dataSource, settings, current, TimedBqual::mint, System::nanoTime);
    }

    /**
     * @param bquals mints a fresh one (rule R10) from the time that is left, as {@link TimedBqual#mint} does
     * @param nanoTime as {@link System#nanoTime()}
     */
    HeldBranches(
            DataSource dataSource,
            PostgresSettings settings,
            CurrentBranch current,
            Function<Duration, Bqual> bquals,
            LongSupplier nanoTime) {
        this.bquals = bquals;
        this.nanoTime = nanoTime;
        this.dataSource = dataSource;
        this.settings = settings;
        this.limits = new SessionLimits(settings);
        this.end = EndOfWork.of(settings);
        this.current = current;
        this.failures = new BranchFailures(dataSource, settings);
    }

    /** What a held branch says to an instruction. */
    record Answer(@Nullable Vote vote) {

        private static final Answer BUSY = new Answer(null);
        private static final Answer ROLLED_BACK = new Answer(new Vote.No(""));

        InstructionResult toPrepare(Instruction prepare) {
            return vote == null ? busy(prepare) : InstructionResult.ofVote(prepare, vote);
        }

        InstructionResult toRollback(Instruction rollback) {
            return vote == null ? busy(rollback) : Endings.afterRollback(rollback, Ending.ROLLED_BACK);
        }

        private static InstructionResult busy(Instruction instruction) {
            return InstructionResult.because(instruction, Result.RETRY, "work of the branch is still running");
        }
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(TransactionScope scope, BranchWork<T, X> work)
            throws X, SQLException {
        HeldBranch branch = enter(scope);
        try {
            T result = current.during(scope.gtrid(), opened(branch, scope), work);
            join(scope, branch, voteSoFar(branch));
            return result;
        } catch (Throwable failure) {
            end(branch);
            join(scope, branch, BranchFailures.vote(failure));
            LockTimeoutException timeout = failures.lockTimeout(failure, scope.gtrid());
            if (timeout != null && failure instanceof SQLException) {
                throw timeout;
            }
            if (timeout != null) {
                failure.addSuppressed(timeout);
            }
            throw failure;
        } finally {
            branch.leave();
        }
    }

    /** Has the branch vote; empty if it is not held here. */
    Optional<Answer> prepare(BranchGid gid) {
        HeldBranch branch = find(gid);
        if (branch == null) {
            return wasReadOnly(gid) ? Optional.of(new Answer(new Vote.ReadOnly())) : Optional.empty();
        }
        if (!entered(branch, INSTRUCTION_WAIT_MAX)) {
            return Optional.of(Answer.BUSY);
        }
        try {
            if (branch.isEnded()) {
                return wasReadOnly(gid) ? Optional.of(new Answer(new Vote.ReadOnly())) : Optional.empty();
            }
            Vote vote = branch.voteAndEnd();
            if (vote instanceof Vote.ReadOnly) {
                rememberReadOnly(gid);
            }
            forget(branch);
            return Optional.of(new Answer(vote));
        } finally {
            branch.leave();
        }
    }

    /** Rolls the branch back; empty if it is not held here. */
    Optional<Answer> rollback(BranchGid gid) {
        HeldBranch branch = find(gid);
        if (branch == null) {
            return Optional.empty();
        }
        if (!entered(branch, INSTRUCTION_WAIT_MAX)) {
            branch.markRollbackOnly();
            return Optional.of(Answer.BUSY);
        }
        try {
            if (branch.isEnded()) {
                return Optional.empty();
            }
            end(branch);
            return Optional.of(Answer.ROLLED_BACK);
        } finally {
            branch.leave();
        }
    }

    /** Rolls back the branches that have been idle too long or are past the deadline; none of them is prepared. */
    @Override
    public void endOverdue() {
        deadlines.cancelOverdue();
        for (HeldBranch branch : all()) {
            if (branch.isOverdue(settings.idleTimeout()) && entered(branch, Duration.ZERO)) {
                endIfStillOverdue(branch);
            }
        }
    }

    synchronized int count() {
        return byGtrid.size();
    }

    /** Rolls back what is held; it has not voted, so nobody counts on it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (HeldBranch branch : all()) {
            branch.markRollbackOnly();
            if (entered(branch, INSTRUCTION_WAIT_MAX)) {
                end(branch);
                branch.leave();
            }
        }
    }

    /** Work may have come between looking from outside and entering. */
    private void endIfStillOverdue(HeldBranch branch) {
        try {
            if (branch.isOverdue(settings.idleTimeout())) {
                LOG.info("A held branch was idle too long or passed its deadline, rolled back: gid={}", branch.gid());
                end(branch);
            }
        } finally {
            branch.leave();
        }
    }

    private HeldBranch enter(TransactionScope scope) {
        while (true) {
            HeldBranch branch = find(scope);
            if (!entered(branch, scope.remaining())) {
                join(scope, branch, new Vote.No("other work of the transaction kept the branch busy"));
                throw new BranchRefusedException("other work of transaction " + scope.gtrid()
                        + " kept its branch busy until the deadline: nothing was done");
            }
            if (!branch.isEnded()) {
                return branch;
            }
            branch.leave();
            forget(branch);
        }
    }

    private synchronized HeldBranch find(TransactionScope scope) {
        HeldBranch branch = byGtrid.get(scope.gtrid());
        if (branch != null) {
            return branch;
        }
        Duration remaining = scope.remaining();
        HeldBranch fresh = new HeldBranch(
                new BranchGid(settings.service(), scope.gtrid(), bquals.apply(remaining)), remaining, nanoTime);
        String refusal = refusal(remaining);
        if (refusal != null) {
            join(scope, fresh, new Vote.No(refusal));
            throw new BranchRefusedException("transaction " + scope.gtrid() + ": " + refusal + "; nothing was done");
        }
        byGtrid.put(scope.gtrid(), fresh);
        return fresh;
    }

    private @Nullable String refusal(Duration remaining) {
        if (remaining.isZero()) {
            return "the deadline passed before the work began";
        }
        if (closed) {
            return "the service is shutting down";
        }
        return byGtrid.size() >= settings.heldBranchesMax()
                ? "heldBranchesMax=" + settings.heldBranchesMax() + " branches are held open already"
                : null;
    }

    private synchronized @Nullable HeldBranch find(BranchGid gid) {
        HeldBranch branch = byGtrid.get(gid.gtrid());
        return branch != null && branch.gid().equals(gid) ? branch : null;
    }

    private BranchTransaction opened(HeldBranch branch, TransactionScope scope) throws SQLException {
        BranchTransaction transaction = branch.transaction();
        if (transaction == null) {
            transaction = BranchTransaction.begin(dataSource, limits, end, deadlines, scope.remaining());
            branch.opened(transaction);
        }
        return transaction;
    }

    /** Null while the branch has still to be asked; NO as soon as that is certain. */
    private @Nullable Vote voteSoFar(HeldBranch branch) {
        BranchTransaction transaction = branch.transaction();
        if (transaction == null || !transaction.isRollbackOnly()) {
            return null;
        }
        end(branch);
        return new Vote.No("the work asked for rollback");
    }

    private void join(TransactionScope scope, HeldBranch branch, @Nullable Vote vote) {
        BranchId id = new BranchId(settings.url(), branch.gid().bqual());
        scope.join(new Branch(id, Inquiring.CAN, vote));
    }

    private void end(HeldBranch branch) {
        branch.rollbackAndEnd();
        forget(branch);
    }

    private synchronized void forget(HeldBranch branch) {
        byGtrid.remove(branch.gid().gtrid(), branch);
    }

    private synchronized List<HeldBranch> all() {
        return List.copyOf(byGtrid.values());
    }

    private synchronized boolean wasReadOnly(BranchGid gid) {
        return readOnly.containsKey(gid);
    }

    private synchronized void rememberReadOnly(BranchGid gid) {
        readOnly.put(gid, true);
    }

    private static boolean entered(HeldBranch branch, Duration waitMax) {
        try {
            return branch.enter(waitMax);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
