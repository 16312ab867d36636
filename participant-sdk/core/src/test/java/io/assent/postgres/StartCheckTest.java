package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.postgres.StartException.Problem;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class StartCheckTest {

    private TestDatabase database;

    @BeforeEach
    void create() throws SQLException {
        database = TestDatabase.create();
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void aGoodDatabasePassesAndNothingOfTheProbeIsLeft() throws SQLException {
        try (PostgresParticipant participant = start(database.dataSource(), Bank.SETTINGS)) {
            assertThat(participant.heldBranches()).isZero();
        }
        assertThat(database.prepared()).isEmpty();
        assertThat(database.pool().borrowed() + database.pool().dirty()).isZero();
    }

    @Test
    void withoutPreparedTransactionsItNamesTheSettingAndTheRestart() throws IOException {
        try (EmbeddedPostgres server = TestDatabase.durable()
                .setServerConfig("max_prepared_transactions", "0")
                .start()) {
            assertProblem(
                    server.getPostgresDatabase(),
                    Problem.NO_PREPARED_TRANSACTIONS,
                    "ALTER SYSTEM SET max_prepared_transactions = 100",
                    "restart");
        }
    }

    @Test
    void withFsyncOffItRefusesButForTests() throws IOException {
        try (EmbeddedPostgres server =
                TestDatabase.durable().setServerConfig("fsync", "off").start()) {
            assertProblem(server.getPostgresDatabase(), Problem.NOT_DURABLE, "ALTER SYSTEM SET fsync = on");
            start(server.getPostgresDatabase(), Bank.SETTINGS.withDurability(Durability.UNSAFE_FOR_TESTS))
                    .close();
        }
    }

    @Test
    void aReadOnlyDatabaseIsRefused() throws SQLException {
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");
        database.pool().close();

        assertProblem(database.dataSource(), Problem.READ_ONLY, "default_transaction_read_only = off");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsReported() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none");
        nowhere.setConnectTimeout(2);

        assertProblem(nowhere, Problem.UNREACHABLE, "address, user and password");
    }

    @Test
    void branchesPreparedByAnotherRoleAreReportedWithTheRoleToUse() throws SQLException {
        database.prepare(new BranchGid("bank", Gtrid.mint(), new Bqual("0-" + Bqual.mint())).toString(), 1, 10);

        assertProblem(asRole("teller1"), Problem.OTHER_ROLE, "connect as postgres");
    }

    @Test
    void aMissingPrivilegeIsNamed() throws SQLException {
        DataSource teller = asRole("teller2");
        database.execute("REVOKE EXECUTE ON FUNCTION pg_xact_status(xid8) FROM public");

        assertProblem(teller, Problem.MISSING_PRIVILEGE, "pg_xact_status", "GRANT EXECUTE");
        assertThat(database.prepared()).isEmpty();
    }

    @Test
    void anOrdinaryRoleIsEnough() throws SQLException {
        start(asRole("teller3"), Bank.SETTINGS).close();
    }

    @Test
    void whenAllSlotsAreTakenTheRemedyIsNamed() throws SQLException, IOException {
        try (EmbeddedPostgres server = TestDatabase.durable()
                .setServerConfig("max_prepared_transactions", "1")
                .start()) {
            TestDatabase full = TestDatabase.create(server);
            full.prepare("forgotten", 1, 10);

            assertProblem(full.dataSource(), Problem.CANNOT_PREPARE, "raise it", "pg_prepared_xacts");
            full.close();
        }
    }

    @Test
    void aStandbyIsRefused(@TempDir Path folder) throws Exception {
        try (Standby standby = Standby.start(folder.resolve("data"))) {
            assertProblem(standby.dataSource(), Problem.STANDBY, "targetServerType=primary");
        }
    }

    private DataSource asRole(String role) throws SQLException {
        String unique = role + "_" + Bqual.mint().value().replace('-', '_').toLowerCase(java.util.Locale.ROOT);
        database.execute("CREATE ROLE " + unique + " LOGIN");
        try (var connection = database.connect()) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(connection.getMetaData().getURL());
            source.setUser(unique);
            return source;
        }
    }

    private static void assertProblem(DataSource dataSource, Problem problem, String... remedy) {
        StartException thrown = catchThrowableOfType(StartException.class, () -> start(dataSource, Bank.SETTINGS));
        assertThat(thrown).isNotNull();
        assertThat(thrown.problem()).as(thrown.getMessage()).isEqualTo(problem);
        assertThat(thrown).hasMessageContainingAll(remedy);
    }

    private static PostgresParticipant start(DataSource dataSource, PostgresSettings settings) {
        return PostgresParticipant.start(dataSource, settings, new ScriptedCoordinator());
    }
}
