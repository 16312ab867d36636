package io.assent.postgres;

import io.assent.api.Gtrid;
import io.assent.context.TransactionScope;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The database transaction whose work the thread is running, for one participant. */
final class CurrentBranch {

    /** @param gtrid the global transaction, or null for local work */
    private record Running(@Nullable Gtrid gtrid, BranchTransaction transaction) {}

    // One for each participant: a service with two databases runs a branch in each at the same time.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Running> current = new ThreadLocal<>();

    /** The transaction that runs here for the scope of the thread; null if none does. */
    @Nullable
    BranchTransaction transaction() {
        Running running = current.get();
        if (running == null) {
            return null;
        }
        Gtrid gtrid = TransactionScope.current().map(TransactionScope::gtrid).orElse(null);
        boolean same = gtrid == null ? running.gtrid == null : gtrid.equals(running.gtrid);
        return same ? running.transaction : null;
    }

    /** @throws SQLException if the thread is in a transaction, in which a connection of the pool takes no part */
    void refuseOutsideBranch() throws SQLException {
        TransactionScope scope = TransactionScope.current().orElse(null);
        if (scope != null) {
            throw new SQLException(
                    "in transaction " + scope.gtrid() + " but outside a branch: what is written on this"
                            + " connection would stay if the transaction aborts. Put the work into a method with @Branch, or into"
                            + " run() or call() of the PostgresParticipant; for work that is to stay, use the pool's own DataSource");
        }
    }

    /** Runs work with the transaction as the current one of the thread. */
    <T extends @Nullable Object, X extends Exception> T during(
            @Nullable Gtrid gtrid, BranchTransaction transaction, BranchWork<T, X> work) throws X {
        Running before = current.get();
        current.set(new Running(gtrid, transaction));
        try {
            return work.on(transaction.guarded());
        } finally {
            if (before == null) {
                current.remove();
            } else {
                current.set(before);
            }
        }
    }
}
