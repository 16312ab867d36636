package io.assent.samples.bench.jta;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.config.UserTransactionServiceImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.LoadProcess;
import io.assent.samples.bench.load.Pools;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Surroundings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;
import org.postgresql.xa.PGXADataSource;

/** Atomikos TransactionsEssentials with its own pools and its own log. */
public final class Atomikos {

    private static final int TRANSACTIONS_MAX = 10_000;
    private static final int BORROW_SECONDS = 30;

    private Atomikos() {}

    public static void main(String[] arguments) throws IOException {
        LoadProcess.serve(Atomikos::open);
    }

    private static Candidate open(Surroundings surroundings) {
        Properties settings = new Properties();
        settings.setProperty(
                "com.atomikos.icatch.log_base_dir", surroundings.folder().toString());
        settings.setProperty("com.atomikos.icatch.max_actives", Integer.toString(TRANSACTIONS_MAX));
        UserTransactionServiceImp service = new UserTransactionServiceImp(settings);
        service.init();
        for (int endpoint = 0; endpoint < Step.ENDPOINTS; endpoint++) {
            Configuration.addResource(new Recoverable(endpoint));
        }
        List<AtomikosDataSourceBean> banks = new ArrayList<>();
        for (String url : surroundings.banks()) {
            banks.add(dataSource("bank" + banks.size(), url, surroundings.password()));
        }
        UserTransactionManager manager = new UserTransactionManager();
        manager.setStartupTransactionService(false);
        return new JtaCandidate(manager, List.<DataSource>copyOf(banks), EmptyXaResource::new, () -> {
            banks.forEach(AtomikosDataSourceBean::close);
            service.shutdownForce();
        });
    }

    /** Atomikos takes only resources of which it knows how it would recover them. */
    private static final class Recoverable extends XATransactionalResource {

        private final EmptyXaResource resource;

        Recoverable(int endpoint) {
            super("nothing" + endpoint);
            this.resource = new EmptyXaResource(endpoint);
        }

        @Override
        protected XAResource refreshXAConnection() {
            return resource;
        }

        @Override
        public boolean usesXAResource(XAResource other) {
            return resource.isSameRM(other);
        }
    }

    private static AtomikosDataSourceBean dataSource(String name, String url, String password) {
        PGXADataSource xa = new PGXADataSource();
        xa.setUrl(url);
        xa.setUser(Surroundings.USER);
        xa.setPassword(password);
        xa.setOptions(Pools.LOCK_TIMEOUT);
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(name);
        pool.setXaDataSource(xa);
        pool.setMinPoolSize(Pools.WORK_CONNECTIONS);
        pool.setMaxPoolSize(Pools.WORK_CONNECTIONS);
        pool.setBorrowConnectionTimeout(BORROW_SECONDS);
        return pool;
    }
}
