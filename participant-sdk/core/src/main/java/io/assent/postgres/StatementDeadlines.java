package io.assent.postgres;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends statements that run beyond the deadline of their transaction. Looked at regularly, by one thread for all: JDBC's
 * query timeout would wake a timer for each statement, and a statement_timeout would stay with the session. Thread-safe;
 * bounded by the connections of the pool.
 */
final class StatementDeadlines {

    private final Set<BranchTransaction> running = ConcurrentHashMap.newKeySet();

    void begun(BranchTransaction transaction) {
        running.add(transaction);
    }

    void ended(BranchTransaction transaction) {
        running.remove(transaction);
    }

    void cancelOverdue() {
        running.forEach(BranchTransaction::cancelIfOverdue);
    }
}
