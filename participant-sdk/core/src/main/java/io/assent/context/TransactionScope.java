package io.assent.context;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.JoinedBranches;
import io.assent.api.MalformedException;
import io.assent.api.TransactionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One transaction as one service sees it: for the initiator the whole of it, for a service that was called the part
 * that happens while the request is served. Collects the branches that join here and in every service called from
 * here. A call whose reply was lost, or came without its branch list, makes the list incomplete for ever, and a
 * transaction with an incomplete list can't commit.
 *
 * <p>Thread-safe. Bound to the thread that serves the request with {@link #bind()}; code that hops threads binds again.
 */
public final class TransactionScope {

    private static final ThreadLocal<@Nullable TransactionScope> CURRENT = new ThreadLocal<>();
    private static final int BRANCHES_MAX = 4096;
    private static final int CALLS_OPEN_MAX = 4096;

    private final Gtrid gtrid;
    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private final List<JoinedBranches> parts = new ArrayList<>();
    private final Map<Long, String> openCalls = new LinkedHashMap<>();
    private long callsStarted;
    private @Nullable JoinedBranches sealed;

    private TransactionScope(TransactionContext context, LongSupplier nanoTime) {
        this.gtrid = context.gtrid();
        this.nanoTime = nanoTime;
        this.deadlineNanos = nanoTime.getAsLong() + context.remaining().toNanos();
    }

    /** Opens a scope whose deadline is counted from now by {@link System#nanoTime()}. */
    public static TransactionScope open(TransactionContext context) {
        return new TransactionScope(context, System::nanoTime);
    }

    /** As {@link #open(TransactionContext)}, with a clock of the caller's, in nanoseconds from an arbitrary origin. */
    public static TransactionScope open(TransactionContext context, LongSupplier nanoTime) {
        return new TransactionScope(context, nanoTime);
    }

    /** The scope bound to this thread, if any. */
    public static Optional<TransactionScope> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    public Gtrid gtrid() {
        return gtrid;
    }

    /** How long until the deadline; zero if it is over. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - nanoTime.getAsLong()));
    }

    /** What to send along with a call that is made inside this transaction. */
    public TransactionContext context() {
        return new TransactionContext(gtrid, remaining());
    }

    /** Makes this the current scope of the thread until the binding is closed; bindings nest. */
    public Binding bind() {
        TransactionScope before = CURRENT.get();
        CURRENT.set(this);
        return () -> {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        };
    }

    /**
     * Notes that a branch joined here. Naming a branch again keeps the worst vote that was named.
     *
     * @throws IllegalStateException if the list is sealed or full; the branch is not in it then and has to be rolled back
     */
    public synchronized void join(Branch branch) {
        refuseIfSealed();
        JoinedBranches union = with(new JoinedBranches(List.of(branch), null));
        if (union.branches().size() > BRANCHES_MAX) {
            throw new IllegalStateException("more than " + BRANCHES_MAX + " branches in transaction " + gtrid);
        }
        keep(union);
    }

    /**
     * Notes that a call inside this transaction is about to be sent. Until the returned call is completed the list is
     * incomplete.
     *
     * @param description names the call for people, such as {@code POST http://north/debit}
     * @throws IllegalStateException if the list is sealed or too many calls are open
     */
    public synchronized Call calling(String description) {
        refuseIfSealed();
        if (openCalls.size() >= CALLS_OPEN_MAX) {
            throw new IllegalStateException("more than " + CALLS_OPEN_MAX + " calls open in transaction " + gtrid);
        }
        long number = callsStarted++;
        openCalls.put(number, description);
        return new Call(number, description);
    }

    /** All branches known so far, and why the list may lack one. */
    public synchronized JoinedBranches joined() {
        if (sealed != null) {
            return sealed;
        }
        List<JoinedBranches> all = new ArrayList<>(parts);
        openCalls.values().stream()
                .findFirst()
                .ifPresent(call -> all.add(new JoinedBranches(List.of(), "no reply to " + call)));
        return JoinedBranches.union(all);
    }

    /**
     * Ends the list and returns it: from now on nothing may join or be called here, so that no work can happen after the
     * list was handed on and be missing from it. A call that is still open makes the list incomplete for ever.
     */
    public synchronized JoinedBranches seal() {
        sealed = joined();
        return sealed;
    }

    private void refuseIfSealed() {
        if (sealed != null) {
            throw new IllegalStateException(
                    "transaction " + gtrid + " is over here: its list of branches has been handed on already");
        }
    }

    private JoinedBranches with(JoinedBranches part) {
        return JoinedBranches.union(parts.isEmpty() ? List.of(part) : List.of(parts.get(0), part));
    }

    private void keep(JoinedBranches union) {
        parts.clear();
        parts.add(union);
    }

    /** Ends the binding of a scope to a thread. */
    public interface Binding extends AutoCloseable {
        @Override
        void close();
    }

    /** One call to another service inside this transaction. Exactly one of its methods is to be called, once. */
    public final class Call {
        private final long number;
        private final String description;

        private Call(long number, String description) {
            this.number = number;
            this.description = description;
        }

        /**
         * The reply came.
         *
         * @param branchesHeader the value of {@link JoinedBranches#HEADER}, or null if the reply had none
         */
        public void replied(@Nullable String branchesHeader) {
            if (branchesHeader == null) {
                lost("the reply to " + description + " named no branches (header " + JoinedBranches.HEADER + ")");
                return;
            }
            try {
                close(JoinedBranches.parse(branchesHeader));
            } catch (MalformedException e) {
                lost("the reply to " + description + " had a malformed header: " + e.getMessage());
            }
        }

        /** The reply was lost: the call failed, timed out, or was cancelled after it may have been sent. */
        public void lost(String why) {
            close(new JoinedBranches(List.of(), why));
        }

        /** The call was certainly never sent, so that no branch can have come of it. */
        public void neverSent() {
            close(JoinedBranches.NONE);
        }

        private void close(JoinedBranches part) {
            synchronized (TransactionScope.this) {
                if (openCalls.remove(number) == null) {
                    return;
                }
                JoinedBranches union = with(part);
                // The branches exist already: a list too long to keep them is a list that lacks them.
                keep(
                        union.branches().size() <= BRANCHES_MAX
                                ? union
                                : with(new JoinedBranches(
                                        List.of(),
                                        "more than " + BRANCHES_MAX + " branches with the reply to " + description)));
            }
        }
    }
}
