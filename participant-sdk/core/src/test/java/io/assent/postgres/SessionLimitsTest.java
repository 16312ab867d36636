package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionLimitsTest {

    private static final String BOTH = SessionLimits.SHOWN;
    private static final String SET = "1234ms 4321ms";
    private static final String UNSET = "0 0";

    private final AtomicInteger accounts = new AtomicInteger(1000);
    private Bank bank;

    @BeforeEach
    void open() throws SQLException {
        bank = openWith(LimitScope.SESSION);
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    @Test
    void aBranchHasThemOnASessionThatIsNew() throws SQLException {
        assertThat(seenByABranch()).isEqualTo(SET);
        bank.database.pool().close();
        assertThat(seenByABranch()).isEqualTo(SET);
    }

    @Test
    void localWorkHasThemToo() throws SQLException {
        AtomicReference<String> seen = new AtomicReference<>("");
        bank.participant.runLocally(connection -> seen.set(TestDatabase.value(connection, "SELECT " + BOTH)));
        assertThat(seen).hasValue(SET);
    }

    @Test
    void theyStayWhenTheBranchThatBroughtThemIsRolledBack() throws SQLException {
        assertThatThrownBy(() -> bank.in(Bank.scope(), _ -> {
            throw new SQLException("failed");
        }));
        assertThat(seenByABranch()).isEqualTo(SET);
        assertThat(seenByABranch()).isEqualTo(SET);
    }

    @Test
    void theyComeBackAfterARollbackByTheWork() throws SQLException {
        AtomicReference<String> seen = new AtomicReference<>("");
        bank.in(Bank.scope(), connection -> {
            connection.rollback();
            seen.set(TestDatabase.value(connection, "SELECT " + BOTH));
        });
        assertThat(seen).hasValue(SET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET lock_timeout = '1h'",
                "SET LOCAL lock_timeout = '1h'",
                "SET idle_in_transaction_session_timeout = 0",
                "RESET ALL",
                "SELECT set_config('lock_timeout', '0', false)"
            })
    void whatTheWorkSetsIsGoneForTheNextBranch(String sql) throws SQLException {
        trustTheSession();
        write(sql);

        assertThat(seenByABranch()).isEqualTo(SET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET lock_timeout = 0", "RESET ALL", "DISCARD ALL"})
    void whatSomebodyElseOnThePoolSetsIsGoneForTheNextBranchButOne(String sql) throws SQLException {
        assertThat(seenByABranch()).isEqualTo(SET);
        try (Connection connection = bank.database.dataSource().getConnection()) {
            execute(connection, sql);
        }

        assertThat(seenByABranch()).isNotEqualTo(SET);
        assertThat(seenByABranch()).isEqualTo(SET);
    }

    @Test
    void whatNobodySawBeingSetIsGoneSoonForBranchesThatWrite() throws SQLException {
        bank.database.execute("CREATE FUNCTION hasty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
                + " PERFORM set_config('lock_timeout', '1h', false); END $$");
        // Without a word in the SQL that would make somebody look.
        bank.database.execute("CREATE VIEW limits AS SELECT " + BOTH);
        trustTheSession();
        write("SELECT hasty()");

        AtomicReference<String> seen = new AtomicReference<>("");
        Eventually.true_("the limits are back", () -> {
            write(connection -> seen.set(TestDatabase.value(connection, "TABLE limits")));
            return SET.equals(seen.get());
        });
    }

    @Test
    void ofTheTransactionTheyLeaveTheSessionAsItWas() throws SQLException {
        try (Bank other = openWith(LimitScope.TRANSACTION)) {
            TransactionScope scope = Bank.scope();
            AtomicReference<String> seen = new AtomicReference<>("");
            other.in(scope, connection -> {
                seen.set(TestDatabase.value(connection, "SELECT " + BOTH));
                Bank.add(connection, 1, 10);
            });

            assertThat(seen).hasValue(SET);
            assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.Prepared.class);
            try (Connection connection = other.database.dataSource().getConnection()) {
                assertThat(TestDatabase.value(connection, "SELECT " + BOTH)).isEqualTo(UNSET);
            }
        }
    }

    @Test
    void aDeferredTriggerEndsWithTheDeadlineAndTheVoteIsNo() throws SQLException {
        bank.database.execute(whenPreparing("PERFORM pg_sleep(60)"));
        assertFailsWith(Bank.scope(Duration.ofMillis(500)), "57014");
    }

    @Test
    void aSessionKilledWhilePreparingMakesTheVoteNo() throws SQLException {
        bank.database.execute(whenPreparing("PERFORM pg_terminate_backend(pg_backend_pid())"));
        assertFailsWith(Bank.scope(), "57P01");
    }

    private void assertFailsWith(TransactionScope scope, String sqlState) throws SQLException {
        assertThatThrownBy(() -> bank.deposit(scope))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.database.prepared()).isEmpty();
    }

    private static String whenPreparing(String statement) {
        return """
                CREATE FUNCTION hinder() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %s; RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER hinder AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION hinder()
                """.formatted(statement);
    }

    private static Bank openWith(LimitScope limitScope) throws SQLException {
        return Bank.open(settings -> settings.withLimitScope(limitScope)
                .withLockTimeout(Duration.ofMillis(1234))
                .withIdleTimeout(Duration.ofMillis(4321)));
    }

    /** The one that the pool gives again and again. */
    private void trustTheSession() throws SQLException {
        for (int i = 0; i < 3; i++) {
            write("SELECT 1");
        }
    }

    private void write(String sql) throws SQLException {
        write(connection -> execute(connection, sql));
    }

    /** A branch that writes, too, and is committed. */
    private void write(BranchAction<SQLException> work) throws SQLException {
        TransactionScope scope = Bank.scope();
        bank.in(scope, connection -> {
            execute(connection, "INSERT INTO account VALUES (" + accounts.incrementAndGet() + ", 1)");
            work.on(connection);
        });
        bank.commit(scope, scope.joined().branches().getFirst());
    }

    private String seenByABranch() throws SQLException {
        AtomicReference<String> seen = new AtomicReference<>("");
        bank.in(Bank.scope(), connection -> seen.set(TestDatabase.value(connection, "SELECT " + BOTH)));
        return String.valueOf(seen.get());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
