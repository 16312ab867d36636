package io.assent.postgres;

import io.assent.context.TransactionScope;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How work becomes a branch. */
interface Branching {

    /** Runs the work as a branch, or part of one, of the scope's transaction, and joins the branch to the scope. */
    <T extends @Nullable Object, X extends Exception> T call(TransactionScope scope, BranchWork<T, X> work)
            throws X, SQLException;

    /** Ends what is past its deadline; to be called regularly. */
    void endOverdue();
}
