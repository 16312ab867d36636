package io.assent.samples.bench.jta;

import io.assent.samples.bench.load.Accounts;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.Ending;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.UnknownAccountException;
import io.assent.samples.bench.load.Work;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;

/** Transactions by a transaction manager in this process. */
final class JtaCandidate implements Candidate {

    private final TransactionManager manager;
    private final List<DataSource> banks;
    private final Function<Integer, XAResource> nothing;
    private final Runnable close;

    /**
     * @param banks data sources that enlist by themselves
     * @param nothing a resource that does nothing, for an endpoint
     */
    JtaCandidate(
            TransactionManager manager, List<DataSource> banks, Function<Integer, XAResource> nothing, Runnable close) {
        this.manager = manager;
        this.banks = banks;
        this.nothing = nothing;
        this.close = close;
    }

    @Override
    public Ending transact(Work work) throws Exception {
        begin();
        try {
            for (Step step : work.steps()) {
                carryOut(step);
            }
        } catch (UnknownAccountException _) {
            manager.rollback();
            return Ending.ABORTED;
        } catch (SQLException | RuntimeException e) {
            manager.rollback();
            throw e;
        }
        manager.commit();
        return Ending.COMMITTED;
    }

    @Override
    public void close() {
        close.run();
    }

    private void begin() throws SystemException, NotSupportedException {
        manager.begin();
    }

    private void carryOut(Step step) throws SQLException, SystemException, RollbackException {
        switch (step) {
            case Step.Booking(int bank, long account, long amount) -> {
                try (Connection connection = banks.get(bank).getConnection()) {
                    Accounts.book(connection, account, amount);
                }
            }
            case Step.Nothing(int endpoint) -> {
                XAResource resource = nothing.apply(endpoint);
                manager.getTransaction().enlistResource(resource);
                manager.getTransaction().delistResource(resource, XAResource.TMSUCCESS);
            }
        }
    }
}
