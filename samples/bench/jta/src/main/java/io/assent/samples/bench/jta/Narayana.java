package io.assent.samples.bench.jta;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqJournalEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqObjectStoreAdaptor;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionManagerImple;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.agroal.narayana.NarayanaTransactionIntegration;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.LoadProcess;
import io.assent.samples.bench.load.Pools;
import io.assent.samples.bench.load.Surroundings;
import jakarta.transaction.TransactionManager;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.xa.PGXADataSource;

/** Narayana JTA with the pool that its integrators use (Agroal). */
final class Narayana {

    /** Where decisions are kept. */
    enum Store {
        /** The default: one file for each transaction, forced to the disk. */
        FILE,
        /** The journal of Artemis, forced to the disk, several transactions at a time. */
        JOURNAL
    }

    private static final String NODE = "bench";

    private Narayana() {}

    static void serve(Store store) throws IOException {
        LoadProcess.serve(surroundings -> open(store, surroundings));
    }

    private static Candidate open(Store store, Surroundings surroundings) {
        try {
            configure(store, surroundings.folder());
            TransactionManager manager = new TransactionManagerImple();
            List<AgroalDataSource> banks = new ArrayList<>();
            for (String url : surroundings.banks()) {
                banks.add(dataSource(manager, url, surroundings.password()));
            }
            return new JtaCandidate(
                    manager,
                    List.<DataSource>copyOf(banks),
                    EmptyXaResource::new,
                    () -> banks.forEach(AgroalDataSource::close));
        } catch (CoreEnvironmentBeanException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Both stores wait for the disk unless told otherwise; nothing is told here but where they are. */
    private static void configure(Store store, Path folder) throws CoreEnvironmentBeanException {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(NODE);
        for (String name : new String[] {"", "communicationStore", "stateStore"}) {
            named(ObjectStoreEnvironmentBean.class, name).setObjectStoreDir(folder.toString());
            if (store == Store.JOURNAL) {
                named(ObjectStoreEnvironmentBean.class, name)
                        .setObjectStoreType(HornetqObjectStoreAdaptor.class.getName());
                // Also the two that nothing is written to: they are made, and would be in the current folder.
                named(HornetqJournalEnvironmentBean.class, name)
                        .setStoreDir(folder.resolve("journal" + name).toString());
            }
        }
    }

    /** The bean of the store for decisions has no name. */
    private static <T> T named(Class<T> bean, String name) {
        return name.isEmpty() ? BeanPopulator.getDefaultInstance(bean) : BeanPopulator.getNamedInstance(bean, name);
    }

    private static AgroalDataSource dataSource(TransactionManager manager, String url, String password)
            throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.initialSize(Pools.WORK_CONNECTIONS)
                        .maxSize(Pools.WORK_CONNECTIONS)
                        .transactionIntegration(new NarayanaTransactionIntegration(
                                manager, new TransactionSynchronizationRegistryImple()))
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(PGXADataSource.class)
                                .jdbcUrl(url)
                                .jdbcProperty("options", Pools.LOCK_TIMEOUT)
                                .principal(new NamePrincipal(Surroundings.USER))
                                .credential(new SimplePassword(password)))));
    }
}
