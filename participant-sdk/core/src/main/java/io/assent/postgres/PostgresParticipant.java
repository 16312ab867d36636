package io.assent.postgres;

import io.assent.client.InquiryGateway;
import io.assent.context.TransactionScope;
import io.assent.participant.InDoubtSweep;
import io.assent.participant.InstructionHandler;
import io.assent.participant.NoTransactionException;
import io.assent.participant.SweepThread;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's PostgreSQL database as a participant: runs work as branches of the current {@link TransactionScope},
 * votes, carries out the coordinator's instructions, and asks about branches in doubt. One per database and process.
 *
 * <p>What a branch wrote can't be seen by others, and its row locks stay, until the outcome. Work that wrote nothing
 * and locked no row votes READ_ONLY and is over. It may not use temporary tables, LISTEN or NOTIFY, nor COMMIT and
 * ROLLBACK as SQL. A NOTIFY in work that writes nothing goes out at once, whatever the outcome.
 *
 * <p>Thread-safe. Closing rolls back the branches that are held open; what is prepared stays prepared (rule R7).
 */
public final class PostgresParticipant implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresParticipant.class);
    private static final Duration OVERDUE_INTERVAL = Duration.ofSeconds(1);

    /** Bounds a statement of local work, for which there is no deadline. */
    private static final Duration LOCAL_STATEMENT_TIMEOUT = Duration.ofMinutes(5);

    private final DataSource dataSource;
    private final PostgresSettings settings;
    private final CurrentBranch current = new CurrentBranch();
    private final SessionLimits localLimits;
    private final EndOfWork localEnd = EndOfWork.ofLocalWork();
    private final StatementDeadlines localDeadlines = new StatementDeadlines();
    private final @Nullable HeldBranches held;
    private final Branching branching;
    private final PostgresResource resource;
    private final InstructionHandler instructions;
    private final InDoubtSweep sweep;
    private final SweepThread sweepThread;
    private final ScheduledExecutorService overdue;

    private PostgresParticipant(
            DataSource dataSource, DataSource outcomes, PostgresSettings settings, InquiryGateway coordinator) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.localLimits = new SessionLimits(settings);
        this.held = settings.voting() == Voting.ON_PREPARE ? new HeldBranches(dataSource, settings, current) : null;
        this.branching = held == null ? new EarlyVoting(dataSource, settings, current) : held;
        this.resource = new PostgresResource(outcomes, settings, held);
        this.instructions = new InstructionHandler(resource);
        this.sweep = new InDoubtSweep(resource, coordinator, settings.sweep().absence());
        this.sweepThread = SweepThread.start(sweep, settings.sweep(), "assent-" + settings.service() + "-sweep");
        this.overdue = endOverdueRegularly();
    }

    /**
     * Checks the database and starts sweeping for branches in doubt, also those of an earlier run and of other
     * instances.
     *
     * @param dataSource the service's pool, for work and for outcomes. Its connections keep the limits of branches, see
     *     {@link LimitScope}. Where work can fill it up, outcomes wait for
     *     work that waits for their locks, until the lock timeout; then rather give outcomes a pool of their own.
     * @throws StartException if the database can't serve a participant; the message names the remedy
     */
    public static PostgresParticipant start(
            DataSource dataSource, PostgresSettings settings, InquiryGateway coordinator) {
        return start(dataSource, dataSource, settings, coordinator);
    }

    /**
     * As {@link #start(DataSource, PostgresSettings, InquiryGateway)}, with two pools.
     *
     * @param dataSource for work
     * @param outcomes for the coordinator's instructions and the sweep: the same database and the same role
     */
    public static PostgresParticipant start(
            DataSource dataSource, DataSource outcomes, PostgresSettings settings, InquiryGateway coordinator) {
        new StartCheck(dataSource, settings).run();
        return new PostgresParticipant(dataSource, outcomes, settings, coordinator);
    }

    /** As {@link #call}, for work without a result. */
    public <X extends Exception> void run(BranchAction<X> work) throws X, SQLException {
        var unused = this.<Boolean, X>call(connection -> {
            work.on(connection);
            return true;
        });
    }

    /**
     * Runs work as a branch of the thread's transaction. If it throws, the branch is rolled back, votes NO, and the
     * exception goes on. Within the work of a branch, more work runs as part of the same branch.
     *
     * @param work gets the branch's connection; commit(), close() and setAutoCommit() on it do nothing, rollback()
     *     makes the branch vote NO
     * @throws NoTransactionException if the thread is in no transaction
     * @throws io.assent.participant.BranchRefusedException if the deadline has passed, or too many branches are held
     * @throws LockTimeoutException if a lock was waited for too long
     * @throws SQLException if the branch could not be begun or prepared: it votes NO
     */
    public <T extends @Nullable Object, X extends Exception> T call(BranchWork<T, X> work) throws X, SQLException {
        TransactionScope scope = TransactionScope.current()
                .orElseThrow(() -> new NoTransactionException("the thread is in no transaction: begin one, or let the"
                        + " request bring its header Assent-Context; for work outside transactions there is"
                        + " runLocally"));
        BranchTransaction running = current.transaction();
        if (running != null) {
            return work.on(running.guarded());
        }
        return branching.call(scope, work);
    }

    /** As {@link #callLocally}, for work without a result. */
    public <X extends Exception> void runLocally(BranchAction<X> work) throws X, SQLException {
        var unused = this.<Boolean, X>callLocally(connection -> {
            work.on(connection);
            return true;
        });
    }

    /**
     * Runs work as a plain database transaction, committed when the work returns and rolled back when it throws or
     * called rollback().
     *
     * @throws IllegalStateException if the thread is in a transaction, of which this would be no part
     */
    public <T extends @Nullable Object, X extends Exception> T callLocally(BranchWork<T, X> work)
            throws X, SQLException {
        TransactionScope.current().ifPresent(scope -> {
            throw new IllegalStateException(
                    "in transaction " + scope.gtrid() + ": local work would stay if it aborts. Use run() or call()");
        });
        BranchTransaction running = current.transaction();
        if (running != null) {
            return work.on(running.guarded());
        }
        BranchTransaction transaction =
                BranchTransaction.begin(dataSource, localLimits, localEnd, localDeadlines, LOCAL_STATEMENT_TIMEOUT);
        boolean committed = false;
        try {
            T result = current.during(null, transaction, work);
            transaction.commitLocally();
            committed = true;
            return result;
        } finally {
            if (!committed) {
                transaction.rollback();
            }
            transaction.release();
        }
    }

    /**
     * For existing JDBC code: within {@link #run} and {@link #call} it gives the branch's connection, outside a
     * transaction connections of the pool, and in a transaction outside a branch an exception.
     */
    public DataSource dataSource() {
        return new BranchDataSource(dataSource, current);
    }

    /** What the endpoint at {@link PostgresSettings#url()} is to be served with. */
    public InstructionHandler instructions() {
        return instructions;
    }

    /** The sweep, for its latest report or to sweep at once. */
    public InDoubtSweep sweep() {
        return sweep;
    }

    public PostgresSettings settings() {
        return settings;
    }

    /** How many branches are held open now; always 0 under {@link Voting#ON_RETURN}. */
    public int heldBranches() {
        return held == null ? 0 : held.count();
    }

    @Override
    public void close() {
        sweepThread.close();
        overdue.shutdownNow();
        if (held != null) {
            held.close();
        }
        resource.close();
    }

    private ScheduledExecutorService endOverdueRegularly() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "assent-" + settings.service() + "-overdue");
            thread.setDaemon(true);
            return thread;
        });
        Runnable endOverdue = () -> {
            try {
                branching.endOverdue();
                localDeadlines.cancelOverdue();
            } catch (RuntimeException e) {
                LOG.error("Ending overdue branches failed, will try again: service={}", settings.service(), e);
            }
        };
        var unused = executor.scheduleWithFixedDelay(
                endOverdue, OVERDUE_INTERVAL.toMillis(), OVERDUE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return executor;
    }
}
