package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.demo.DemoException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** How Seata's server is set up: a process with rows in the server for decisions, as its documentation has it. */
final class SeataServer {

    /** The folder of the module that has its libraries. */
    static final String MODULE = "samples/bench/seata-server";

    static final String MAIN_CLASS = "io.seata.server.ServerApplication";

    private static final String TABLES = """
            CREATE TABLE global_table (
                xid varchar(128) PRIMARY KEY, transaction_id bigint, status smallint NOT NULL,
                application_id varchar(32), transaction_service_group varchar(32), transaction_name varchar(128),
                timeout int, begin_time bigint, application_data varchar(2000),
                gmt_create timestamp(0), gmt_modified timestamp(0));
            CREATE INDEX ON global_table (gmt_modified, status);
            CREATE INDEX ON global_table (transaction_id);
            CREATE TABLE branch_table (
                branch_id bigint PRIMARY KEY, xid varchar(128) NOT NULL, transaction_id bigint,
                resource_group_id varchar(32), resource_id varchar(256), branch_type varchar(8), status smallint,
                client_id varchar(64), application_data varchar(2000),
                gmt_create timestamp(6), gmt_modified timestamp(6));
            CREATE INDEX ON branch_table (xid);
            CREATE TABLE lock_table (
                row_key varchar(128) PRIMARY KEY, xid varchar(128), transaction_id bigint, branch_id bigint NOT NULL,
                resource_id varchar(256), table_name varchar(32), pk varchar(36), status smallint NOT NULL DEFAULT 0,
                gmt_create timestamp(0), gmt_modified timestamp(0));
            CREATE INDEX ON lock_table (branch_id);
            CREATE TABLE distributed_lock (
                lock_key varchar(20) PRIMARY KEY, lock_value varchar(20) NOT NULL, expire bigint NOT NULL);
            INSERT INTO distributed_lock VALUES ('AsyncCommitting', ' ', 0), ('RetryCommitting', ' ', 0),
                ('RetryRollbacking', ' ', 0), ('TxTimeoutCheck', ' ', 0);
            """;

    private SeataServer() {}

    static void createTables(Server server, String database) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(TABLES);
        } catch (SQLException e) {
            throw new DemoException("the tables of Seata's server: " + e.getMessage());
        }
    }

    /**
     * Options of its Java process.
     *
     * @param console the port of its pages
     * @param service the port that clients use
     */
    static List<String> options(Surroundings surroundings, int console, int service) {
        return List.of(
                "-Dserver.port=" + console,
                "-Dseata.server.service-port=" + service,
                "-Dlog.home=" + surroundings.folder(),
                "-Dseata.store.mode=db",
                "-Dseata.store.db.datasource=hikari",
                "-Dseata.store.db.db-type=postgresql",
                "-Dseata.store.db.driver-class-name=org.postgresql.Driver",
                "-Dseata.store.db.url=" + surroundings.log(),
                "-Dseata.store.db.user=" + Surroundings.USER,
                "-Dseata.store.db.password=" + surroundings.password(),
                "-Dseata.store.db.min-conn=32",
                "-Dseata.store.db.max-conn=100",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED");
    }
}
