package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Branch;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a branch costs, counted on the wire, so that nobody adds a round trip without noticing. */
@ParameterizedClass
@ValueSource(strings = {"extended", "extendedForPrepared"})
class RoundTripsTest {

    private final String queryMode;
    private TestDatabase database;
    private CountingWire wire;
    private Connection physical;
    private PostgresParticipant participant;

    /** @param queryMode how the driver sends statements */
    RoundTripsTest(String queryMode) {
        this.queryMode = queryMode;
    }

    @BeforeEach
    void open() throws SQLException, IOException {
        database = TestDatabase.create();
        wire = new CountingWire(database.port());
        physical = DriverManager.getConnection(wire.jdbcUrl(database.name()) + "&preferQueryMode=" + queryMode);
        participant = start(Bank.SETTINGS);
    }

    @AfterEach
    void close() throws SQLException, IOException {
        participant.close();
        physical.close();
        wire.close();
        database.close();
    }

    @Test
    void aBranchThatWroteTakesOneBesideItsWork() throws SQLException {
        run(RoundTripsTest::insert);

        assertThat(roundTripsOf(() -> run(RoundTripsTest::insert))).isEqualTo(1 + 1);
        assertThat(database.prepared()).hasSize(2);
    }

    @Test
    void theFirstBranchOfASessionTakesOneMore() throws SQLException {
        assertThat(roundTripsOf(() -> run(RoundTripsTest::insert))).isEqualTo(1 + 1 + 1);
    }

    @Test
    void aSessionThatIsMetAgainGetsItsLastQueryPreparedWithoutARoundTripMore() throws SQLException {
        run(RoundTripsTest::insert);
        assertThat(preparedStatements()).isZero();

        assertThat(roundTripsOf(() -> run(RoundTripsTest::insert))).isEqualTo(1 + 1);
        assertThat(preparedStatements()).isEqualTo(1);
        assertThat(roundTripsOf(() -> run(RoundTripsTest::insert))).isEqualTo(1 + 1);
        // Two where a second has passed meanwhile.
        assertThat(preparedStatements()).isBetween(1, 2);
        assertThat(database.prepared()).hasSize(3);
    }

    @Test
    void limitsOfTheTransactionLeaveTheSessionWithoutAPreparedStatement() throws SQLException {
        participant.close();
        participant = start(Bank.SETTINGS.withLimitScope(LimitScope.TRANSACTION));
        for (int i = 0; i < 3; i++) {
            run(RoundTripsTest::insert);
        }

        assertThat(preparedStatements()).isZero();
    }

    @Test
    void aSessionThatLosesItsPreparedStatementsCostsOneBranchItsVoteAndNoMore() throws SQLException {
        // Both, so that whichever the next branch takes is lost.
        Eventually.true_("both statements are prepared", () -> {
            database.rollbackPrepared();
            run(RoundTripsTest::insert);
            return preparedStatements() == 2;
        });
        database.rollbackPrepared();
        execute("DEALLOCATE ALL");
        TransactionScope scope = Bank.scope();

        assertThatThrownBy(() -> in(scope, RoundTripsTest::insert))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("26000"));
        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);

        execute("DEALLOCATE ALL");
        run(RoundTripsTest::insert);
        assertThat(database.prepared()).hasSize(1);
    }

    @Test
    void aBranchThatFailsWhileItsSessionGetsTheStatementSpoilsNoOther() throws SQLException {
        execute("CREATE FUNCTION hinder() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " IF current_setting('bank.closed', true) = 'yes' THEN RAISE 'closed'; END IF; RETURN NULL; END $$");
        execute("CREATE CONSTRAINT TRIGGER hinder AFTER INSERT ON account DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION hinder()");
        run(RoundTripsTest::insert);
        execute("SET bank.closed = 'yes'");
        assertThatThrownBy(() -> run(RoundTripsTest::insert)).hasMessageContaining("closed");
        execute("SET bank.closed = 'no'");

        run(RoundTripsTest::insert);
        run(RoundTripsTest::insert);
        assertThat(database.prepared()).hasSize(3);
    }

    @Test
    void committingABranchTakesOne() throws SQLException {
        TransactionScope scope = run(RoundTripsTest::insert);
        Branch branch = scope.joined().branches().getFirst();

        Instruction commit = new Instruction(
                Instruction.Action.COMMIT, scope.gtrid(), branch.id().bqual(), Bank.evidence(branch));

        List<InstructionResult> results = new ArrayList<>();
        int roundTrips =
                roundTripsOf(() -> results.addAll(participant.instructions().handle(List.of(commit))));

        assertThat(results).extracting(InstructionResult::result).containsExactly(Result.COMMITTED);
        assertThat(roundTrips).isEqualTo(1);
    }

    @Test
    void aBranchThatDoesNotSayWhetherItWroteTakesTwoBesideItsWork() throws SQLException {
        BranchAction<SQLException> work = connection ->
                TestDatabase.value(connection, "UPDATE account SET balance = 1 WHERE id = 1 RETURNING id");
        participantWarmedUp();

        assertThat(roundTripsOf(() -> run(work))).isEqualTo(1 + 2);
        assertThat(database.prepared()).hasSize(1);
    }

    @Test
    void aBranchThatOnlyReadTakesTwoBesideItsWork() throws SQLException {
        participantWarmedUp();

        assertThat(roundTripsOf(() -> {
                    TransactionScope scope = participantReads();
                    assertThat(scope.joined().branches().getFirst().vote()).isEqualTo(new Vote.ReadOnly());
                }))
                .isEqualTo(1 + 2);
    }

    @Test
    void limitsOfTheTransactionTakeOneMore() throws SQLException {
        participant.close();
        participant = start(Bank.SETTINGS.withLimitScope(LimitScope.TRANSACTION));
        run(RoundTripsTest::insert);

        assertThat(roundTripsOf(() -> run(RoundTripsTest::insert))).isEqualTo(1 + 1 + 1);
    }

    @Test
    void aReplyThatIsLostMakesTheVoteNoThoughTheBranchIsPrepared() throws SQLException {
        participantWarmedUp();
        TransactionScope scope = Bank.scope();
        wire.loseReplyTo("PREPARE TRANSACTION");

        assertThatThrownBy(() -> in(scope, RoundTripsTest::insert)).isInstanceOf(SQLException.class);

        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        Eventually.true_("prepared all the same", () -> !database.prepared().isEmpty());
    }

    /** Of the participant, on the one session that there is. */
    private int preparedStatements() throws SQLException {
        try (Statement statement = physical.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'assent%'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = physical.createStatement()) {
            statement.execute(sql);
        }
    }

    private void participantWarmedUp() throws SQLException {
        participantReads();
    }

    private TransactionScope participantReads() throws SQLException {
        return run(connection -> TestDatabase.value(connection, "SELECT balance FROM account WHERE id = 1"));
    }

    private static void insert(Connection connection) throws SQLException {
        // Each time another row: the locks of the branches before stay.
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO account VALUES (?, 0)")) {
            insert.setInt(1, ThreadLocalRandom.current().nextInt());
            insert.executeUpdate();
        }
    }

    private TransactionScope run(BranchAction<SQLException> work) throws SQLException {
        TransactionScope scope = Bank.scope();
        in(scope, work);
        return scope;
    }

    private void in(TransactionScope scope, BranchAction<SQLException> work) throws SQLException {
        try (var _ = scope.bind()) {
            participant.run(work);
        }
    }

    /** What is counted. */
    private interface Counted {
        void run() throws SQLException;
    }

    private int roundTripsOf(Counted counted) throws SQLException {
        int before = wire.roundTrips();
        counted.run();
        return wire.roundTrips() - before;
    }

    private PostgresParticipant start(PostgresSettings settings) {
        return PostgresParticipant.start(onePooledConnection(), settings, new ScriptedCoordinator());
    }

    /** A pool of one connection that checks nothing when it is borrowed. */
    private DataSource onePooledConnection() {
        return proxy(DataSource.class, (method, _) -> {
            if (!method.getName().equals("getConnection")) {
                throw new UnsupportedOperationException(method.toString());
            }
            return proxy(Connection.class, (call, arguments) -> {
                if (call.getName().equals("close")) {
                    return null;
                }
                try {
                    return call.invoke(physical, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        });
    }

    /** What a proxy does. */
    private interface Handling {
        @Nullable
        Object on(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Handling handling) {
        return type.cast(Proxy.newProxyInstance(
                RoundTripsTest.class.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> handling.on(method, arguments)));
    }
}
