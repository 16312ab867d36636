package io.assent.samples.bench.load;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Connection pools, alike for every candidate. */
public final class Pools {

    /** Connections for work, to each database. */
    public static final int WORK_CONNECTIONS = 32;

    /** Connections for outcomes: of their own, because work may wait for locks that only an outcome releases. */
    public static final int OUTCOME_CONNECTIONS = 16;

    /** An option of connections: how long to wait for a lock. As participants of Assent have it unless set, 5 s. */
    public static final String LOCK_TIMEOUT = "-c lock_timeout=5000";

    private Pools() {}

    public static HikariDataSource open(String url, String password, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(Surroundings.USER);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections);
        config.addDataSourceProperty("options", LOCK_TIMEOUT);
        return new HikariDataSource(config);
    }
}
