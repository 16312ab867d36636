package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Accounts;
import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The accounts of one candidate in its two databases, and whether they are right. */
final class Books {

    private static final long BALANCE = 1_000_000;

    /** After a run whoever still has something to finish gets this long. */
    private static final Duration QUIET_PATIENCE = Duration.ofSeconds(30);

    private static final String ACCOUNTS = """
            CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50);
            INSERT INTO account SELECT i, %d FROM generate_series(0, %d) AS i;
            """.formatted(BALANCE, Accounts.COUNT - 1);

    private static final String UNFINISHED = "SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished";

    private final Servers servers;
    private final String database;
    private final Contender contender;

    Books(Servers servers, String database, Contender contender) {
        this.servers = servers;
        this.database = database;
        this.contender = contender;
    }

    /** Makes the databases, with all accounts in them. */
    void open() {
        for (Server server : servers.all()) {
            server.create(database);
        }
        if (contender.parts() == Contender.Parts.SEATA_SERVER) {
            SeataServer.createTables(servers.log(), database);
        }
        for (Server bank : servers.banks()) {
            try (Connection connection = bank.connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute(ACCOUNTS);
                statement.execute("VACUUM ANALYZE account");
            } catch (SQLException e) {
                throw said(bank, e);
            }
        }
    }

    /** Removes the databases. */
    void close() {
        servers.all().forEach(server -> server.drop(database));
    }

    /** Counts decisions to commit from now on; empty where the candidate keeps no rows of them. */
    Optional<CommitRows> commitRows() {
        return switch (contender) {
            case ASSENT -> Optional.of(CommitRows.from(servers.logs(), database, "gtrid"));
            case DIRECT, DIRECT_HTTP -> Optional.of(CommitRows.from(List.of(servers.log()), database, "id"));
            // In files, or in rows that are gone when the transaction is over.
            case NARAYANA_FILE, NARAYANA_JOURNAL, ATOMIKOS, SEATA_DB -> Optional.empty();
        };
    }

    /** What is wrong once everything is quiet; empty if the books balance. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        boolean quiet = Pause.until(() -> open(faults).isEmpty(), QUIET_PATIENCE);
        if (!quiet) {
            faults.addAll(open(new ArrayList<>()));
        }
        long difference = sum() - 2 * Accounts.COUNT * BALANCE;
        if (difference != 0) {
            faults.add("the sum of all balances has changed by " + difference);
        }
        return faults;
    }

    /** What is not over yet. */
    private List<String> open(List<String> into) {
        into.clear();
        for (Server bank : servers.banks()) {
            long prepared = bank.prepared(database);
            if (prepared > 0) {
                into.add(prepared + " transactions are still prepared in " + bank.name());
            }
        }
        if (contender.parts() == Contender.Parts.SERVICES_AND_COORDINATORS) {
            long unfinished = servers.logs().stream()
                    .mapToLong(log -> number(log, UNFINISHED))
                    .sum();
            if (unfinished > 0) {
                into.add(unfinished + " transactions are unfinished in the log");
            }
        }
        return into;
    }

    private long sum() {
        return servers.banks().stream()
                .mapToLong(bank -> number(bank, "SELECT sum(balance) FROM account"))
                .sum();
    }

    private long number(Server server, String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw said(server, e);
        }
    }

    private static DemoException said(Server server, SQLException e) {
        return new DemoException("PostgreSQL of " + server.name() + " says: " + e.getMessage());
    }
}
