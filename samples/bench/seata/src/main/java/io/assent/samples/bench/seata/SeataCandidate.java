package io.assent.samples.bench.seata;

import com.zaxxer.hikari.HikariDataSource;
import io.assent.samples.bench.load.Accounts;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.Ending;
import io.assent.samples.bench.load.LoadProcess;
import io.assent.samples.bench.load.Pools;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.UnknownAccountException;
import io.assent.samples.bench.load.Work;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.rm.DefaultResourceManager;
import io.seata.rm.RMClient;
import io.seata.rm.datasource.xa.DataSourceProxyXA;
import io.seata.rm.tcc.TCCResource;
import io.seata.tm.TMClient;
import io.seata.tm.api.GlobalTransaction;
import io.seata.tm.api.GlobalTransactionContext;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Seata in XA mode: client, both resource managers and the work in one process, its server in another. */
public final class SeataCandidate implements Candidate {

    private static final String APPLICATION = "bench";
    private static final String GROUP = "bench";
    private static final String NAME = "bench";
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int ATTEMPTS_MAX = 3;

    private final List<HikariDataSource> pools;
    private final List<DataSourceProxyXA> banks;

    private SeataCandidate(Surroundings surroundings) {
        URI server = URI.create(surroundings.coordinators().getLast());
        System.setProperty("service.default.grouplist", server.getHost() + ":" + server.getPort());
        TMClient.init(APPLICATION, GROUP);
        RMClient.init(APPLICATION, GROUP);
        pools = surroundings.banks().stream()
                .map(url -> Pools.open(url, surroundings.password(), Pools.WORK_CONNECTIONS))
                .toList();
        banks = pools.stream().map(DataSourceProxyXA::new).toList();
        for (int endpoint = 0; endpoint < Step.ENDPOINTS; endpoint++) {
            DefaultResourceManager.get().registerResource(nothing(endpoint));
        }
        settle();
    }

    public static void main(String[] arguments) throws IOException {
        LoadProcess.serve(SeataCandidate::new);
    }

    @Override
    public Ending transact(Work work) throws TransactionException, SQLException {
        GlobalTransaction transaction = GlobalTransactionContext.createNew();
        transaction.begin(TIMEOUT_MILLIS, NAME);
        try {
            for (Step step : work.steps()) {
                carryOut(transaction, step);
            }
        } catch (UnknownAccountException _) {
            transaction.rollback();
            return Ending.ABORTED;
        } catch (SQLException | TransactionException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        transaction.commit();
        if (transaction.getLocalStatus() != GlobalStatus.Committed) {
            throw new IllegalStateException("after commit the status is " + transaction.getLocalStatus());
        }
        return Ending.COMMITTED;
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
    }

    /** Resources are made known to the server in the background, and until then every branch fails. */
    private void settle() {
        Work work = Work.of(new Step.Booking(0, 0, 0), new Step.Booking(1, 0, 0), new Step.Nothing(0));
        for (int attempt = 1; ; attempt++) {
            try {
                transact(work);
                return;
            } catch (TransactionException | SQLException | RuntimeException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new IllegalStateException("Seata's server takes no transaction", e);
                }
            }
        }
    }

    private void carryOut(GlobalTransaction transaction, Step step) throws SQLException, TransactionException {
        switch (step) {
            case Step.Booking(int bank, long account, long amount) -> book(banks.get(bank), account, amount);
            case Step.Nothing(int endpoint) ->
                DefaultResourceManager.get()
                        .branchRegister(
                                BranchType.TCC,
                                nothing(endpoint).getResourceId(),
                                null,
                                transaction.getXid(),
                                "{\"actionContext\":{}}",
                                null);
        }
    }

    private static void book(DataSourceProxyXA bank, long account, long amount) throws SQLException {
        try (Connection connection = bank.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Accounts.book(connection, account, amount);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    /** What Seata calls for a branch that does nothing. */
    public static final class Nothing {

        public boolean commit() {
            return true;
        }

        public boolean rollback() {
            return true;
        }
    }

    private static TCCResource nothing(int endpoint) {
        try {
            TCCResource resource = new TCCResource();
            resource.setActionName("nothing" + endpoint);
            resource.setAppName(APPLICATION);
            resource.setTargetBean(new Nothing());
            resource.setCommitMethodName("commit");
            resource.setCommitMethod(Nothing.class.getMethod("commit"));
            resource.setCommitArgsClasses(new Class<?>[0]);
            resource.setPhaseTwoCommitKeys(new String[0]);
            resource.setRollbackMethodName("rollback");
            resource.setRollbackMethod(Nothing.class.getMethod("rollback"));
            resource.setRollbackArgsClasses(new Class<?>[0]);
            resource.setPhaseTwoRollbackKeys(new String[0]);
            return resource;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }
}
