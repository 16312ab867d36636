package io.assent;

import io.assent.api.Gtrid;
import io.assent.api.TransactionContext;
import io.assent.api.TransactionStatus;
import io.assent.client.ClientSettings;
import io.assent.client.CoordinatorClient;
import io.assent.client.CoordinatorUnavailableException;
import io.assent.client.ReplicaOrder;
import io.assent.context.TransactionScope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where transactions begin. One for each service, made once and shared: thread-safe.
 *
 * <p>Nothing is sent to a coordinator before the first commit, rollback or status, so a service can start while all
 * coordinators are down.
 */
public final class Assent implements AutoCloseable {

    private final ClientSettings settings;
    private final CoordinatorClient coordinator;
    private final TransactionOptions options;
    private final AssentBuilder.Patience patience;
    private volatile boolean closed;

    Assent(ClientSettings settings, ReplicaOrder order, TransactionOptions options, AssentBuilder.Patience patience) {
        this.settings = settings;
        this.coordinator = new CoordinatorClient(settings, order);
        this.options = options;
        this.patience = patience;
    }

    /**
     * An Assent with the default settings.
     *
     * @param coordinatorUrls base URLs of one or more replicas, such as {@code http://localhost:8080}
     * @throws io.assent.api.MalformedException naming the URL that is none
     */
    public static Assent connect(String... coordinatorUrls) {
        return builder().coordinators(coordinatorUrls).build();
    }

    public static AssentBuilder builder() {
        return new AssentBuilder();
    }

    /** What a transaction has unless told otherwise; derive other options from these. */
    public TransactionOptions options() {
        return options;
    }

    /** The client that asks the coordinator; the participant side of the same service can share it. */
    public CoordinatorClient coordinator() {
        return coordinator;
    }

    /** Begins a transaction: mints its id and starts its deadline. Local, and not bound to the thread. */
    public Transaction begin() {
        return begin(options);
    }

    /** As {@link #begin()}, with options of its own. */
    public Transaction begin(TransactionOptions ownOptions) {
        if (closed) {
            throw new IllegalStateException("this Assent is closed: begin transactions before close()");
        }
        TransactionScope scope =
                TransactionScope.open(new TransactionContext(coordinator.mint(), ownOptions.deadline()));
        return new Transaction(scope, ownOptions, coordinator, settings.http(), patience);
    }

    /**
     * Does the work in a new transaction that is bound to this thread meanwhile. Commits when the work returns; rolls
     * back when it throws, and lets the exception out as it was. Should the rollback fail, that failure is suppressed:
     * the branches roll back at the deadline.
     *
     * @return what the work returned, the transaction having committed
     * @throws TransactionAbortedException if the transaction aborted instead
     * @throws OutcomeUnknownException if the patience ended before an outcome was known
     * @throws RequestRefusedException if the coordinator refused to decide
     * @throws IllegalStateException if a transaction is bound to this thread already
     */
    public <T extends @Nullable Object, E extends Exception> T inTransaction(TransactionWork<T, E> work) throws E {
        return inTransaction(options, work);
    }

    /** As {@link #inTransaction(TransactionWork)}, with options of its own. */
    public <T extends @Nullable Object, E extends Exception> T inTransaction(
            TransactionOptions ownOptions, TransactionWork<T, E> work) throws E {
        refuseNested();
        Transaction transaction = begin(ownOptions);
        T result;
        TransactionScope.Binding binding = transaction.scope().bind();
        try {
            result = work.doIn(transaction);
        } catch (Throwable failure) {
            transaction.rollbackAfter(failure);
            throw failure;
        } finally {
            binding.close();
        }
        transaction.commitAfterWork();
        return result;
    }

    /** As {@link #inTransaction(TransactionWork)}, for work without a result. */
    public <E extends Exception> void runInTransaction(TransactionTask<E> task) throws E {
        runInTransaction(options, task);
    }

    /** As {@link #runInTransaction(TransactionTask)}, with options of its own. */
    public <E extends Exception> void runInTransaction(TransactionOptions ownOptions, TransactionTask<E> task)
            throws E {
        this.<Boolean, E>inTransaction(ownOptions, transaction -> {
            task.doIn(transaction);
            return true;
        });
    }

    /**
     * What the coordinator says of a transaction now; empty if it knows of none with this id, in which case it has
     * decided nothing about it so far. The state {@code GONE} says that the transaction was over so long ago that its
     * outcome is no longer known (rule R15).
     *
     * @throws CoordinatorUnavailableException if no replica answered
     */
    public Optional<TransactionStatus> status(Gtrid gtrid) {
        return coordinator.status(gtrid);
    }

    /** Ends the beginning of transactions. Those that run go on; the JDK frees the HTTP client with the last of them. */
    @Override
    public void close() {
        closed = true;
    }

    // Silently beginning another transaction would lose the atomicity that the caller of the caller relies on.
    private static void refuseNested() {
        TransactionScope.current().ifPresent(outer -> {
            throw new IllegalStateException("transaction " + outer.gtrid()
                    + " is running on this thread: do the work in it, or begin() a separate one explicitly");
        });
    }
}
