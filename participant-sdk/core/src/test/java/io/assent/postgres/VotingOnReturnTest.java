package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Branch;
import io.assent.api.Inquiring;
import io.assent.api.Inquiry;
import io.assent.api.InstructionResult;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.BranchRefusedException;
import io.assent.participant.NoTransactionException;
import io.assent.participant.ParticipantCrashPoint;
import io.assent.participant.ScriptedCrashPoints;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VotingOnReturnTest {

    private Bank bank;
    private final TransactionScope scope = Bank.scope();

    @BeforeEach
    void open() throws SQLException {
        bank = Bank.open(settings -> settings.withLockTimeout(Duration.ofMillis(100)));
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    @Test
    void workIsPreparedWhenItReturnsAndTheVoteCarriesItsXid() throws SQLException {
        Branch branch = bank.deposit(scope);

        assertThat(branch.inquiring()).isEqualTo(Inquiring.CAN);
        assertThat(branch.id().participant()).isEqualTo(Bank.URL);
        assertThat(bank.database.prepared())
                .containsExactly(Bank.gid(scope, branch).toString());
        assertThat(Bank.evidence(branch))
                .isEqualTo(bank.database.value(
                        "SELECT transaction FROM pg_prepared_xacts WHERE gid = '" + Bank.gid(scope, branch) + "'"));
        assertThat(bank.database.balance(1)).isEqualTo(100);
    }

    @Test
    void theValueOfTheWorkIsReturned() throws SQLException {
        try (var _ = scope.bind()) {
            String value = bank.participant.call(
                    connection -> TestDatabase.value(connection, "SELECT balance FROM account WHERE id = 1"));
            assertThat(value).isEqualTo("100");
        }
    }

    @Test
    void workThatWroteNothingVotesReadOnlyAndLeavesNothingPrepared() throws SQLException {
        bank.in(scope, connection -> TestDatabase.value(connection, "SELECT sum(balance) FROM account"));

        assertThat(scope.joined().branches()).extracting(Branch::vote).containsExactly(new Vote.ReadOnly());
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void workThatOnlyLockedARowIsPrepared() throws SQLException {
        bank.in(scope, connection -> TestDatabase.value(connection, "SELECT id FROM account WHERE id = 1 FOR UPDATE"));

        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.Prepared.class);
        assertThat(bank.database.prepared()).hasSize(1);
    }

    @Test
    void eachExecutionIsABranchOfItsOwn() throws SQLException {
        bank.in(scope, connection -> Bank.add(connection, 1, 10));
        bank.in(scope, connection -> Bank.add(connection, 2, 10));

        assertThat(scope.joined().branches())
                .extracting(Branch::id)
                .doesNotHaveDuplicates()
                .hasSize(2);
        assertThat(bank.database.prepared()).hasSize(2);
    }

    @Test
    void workWithinWorkIsPartOfTheSameBranch() throws SQLException {
        bank.in(scope, outer -> {
            Bank.add(outer, 1, 10);
            bank.participant.run(inner -> Bank.add(inner, 1, 10));
        });

        assertThat(scope.joined().branches()).hasSize(1);
        bank.commit(scope, scope.joined().branches().getFirst());
        assertThat(bank.database.balance(1)).isEqualTo(120);
    }

    @Test
    void workThatThrowsIsRolledBackVotesNoAndItsExceptionGoesOn() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> {
                    try (var _ = scope.bind()) {
                        bank.participant.run(connection -> {
                            Bank.add(connection, 1, 10);
                            throw new IOException("no funds");
                        });
                    }
                })
                .withMessage("no funds");
        assertThat(scope.joined().branches())
                .extracting(Branch::vote)
                .containsExactly(new Vote.No("java.io.IOException: no funds"));
        assertThat(rowsLocked()).isFalse();
    }

    @Test
    void workThatSwallowsAnSqlErrorVotesNo() throws SQLException {
        assertThatThrownBy(() -> bank.in(scope, connection -> {
                    Bank.add(connection, 1, 10);
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SELECT 1/0");
                    } catch (SQLException e) {
                        assertThat(e.getSQLState()).isEqualTo("22012");
                    }
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("current transaction is aborted");
        assertVotedNoAndNothingIsLeft();
    }

    @Test
    void aConstraintThatFailsOnlyWhenPreparingMakesTheVoteNo() throws SQLException {
        assertThatThrownBy(() -> bank.in(scope, connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("INSERT INTO entry VALUES (77)");
                    }
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("violates foreign key constraint");
        assertVotedNoAndNothingIsLeft();
    }

    @Test
    void workThatCommitsInSqlVotesNoAndIsTold() throws SQLException {
        assertThatThrownBy(() -> bank.in(scope, connection -> {
                    Bank.add(connection, 1, 10);
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("COMMIT");
                    }
                    Bank.add(connection, 1, 10);
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("the work ended its transaction by itself");
        assertVotedNoAndNothingIsLeft();
    }

    @Test
    void aConnectionKilledBetweenWorkAndPrepareMakesTheVoteNo() throws SQLException {
        ScriptedCrashPoints.at(ParticipantCrashPoint.BEFORE_PREPARE, scope.gtrid(), this::killSessions);

        assertThatThrownBy(() -> bank.deposit(scope)).isInstanceOf(SQLException.class);
        assertVotedNoAndNothingIsLeft();
    }

    @Test
    void aNoticeWhilePreparingIsNoDoubt() throws SQLException {
        bank.database.execute(whenPreparing("NOTICE"));

        assertThat(bank.deposit(scope).vote()).isInstanceOf(Vote.Prepared.class);
    }

    @Test
    void aWarningWhilePreparingMakesTheVoteNoAndTheBranchCanBeRolledBack() throws SQLException {
        bank.database.execute(whenPreparing("WARNING"));

        assertThatThrownBy(() -> bank.deposit(scope)).hasMessageContaining("not confirmed");
        Branch branch = scope.joined().branches().getFirst();
        assertThat(branch.vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.rollback(scope, branch).result()).isEqualTo(InstructionResult.Result.ROLLED_BACK);
        assertVotedNoAndNothingIsLeft();
    }

    private static String whenPreparing(String level) {
        return """
                CREATE FUNCTION said() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE %s 'said'; RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER said AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION said()
                """.formatted(level);
    }

    @Test
    void aBranchThatIsPreparedThoughItsVoteSaysNoIsEndedByTheSweep() throws SQLException {
        TransactionScope brief = Bank.scope(Duration.ofSeconds(2));
        ScriptedCrashPoints.at(ParticipantCrashPoint.AFTER_PREPARE, brief.gtrid(), () -> {
            throw new IllegalStateException("the reply to PREPARE TRANSACTION was lost");
        });
        assertThatIllegalStateException().isThrownBy(() -> bank.deposit(brief));
        assertThat(brief.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.database.prepared()).hasSize(1);

        bank.coordinator.says(brief.gtrid(), Inquiry.Verdict.ABORT);
        Eventually.true_("rolled back", () -> bank.participant.sweep().sweep().rolledBack() == 1);
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void aLockHeldByAnEarlierBranchOfTheSameTransactionIsNamedInTheError() throws SQLException {
        Branch first = bank.deposit(scope);

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> bank.deposit(scope))
                .withMessageContaining("earlier branch of the same transaction")
                .withMessageContaining(Bank.gid(scope, first).toString())
                .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
    }

    @Test
    void aLockHeldByAnotherTransactionIsNotBlamedOnThisOne() throws SQLException {
        bank.deposit(Bank.scope());

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> bank.deposit(scope))
                .withMessageContaining("another transaction holds it");
    }

    @Test
    void aLockTimeoutThatTheWorkWrappedStillCarriesTheExplanation() throws SQLException {
        bank.deposit(scope);

        assertThatIllegalStateException()
                .isThrownBy(() -> bank.in(scope, connection -> {
                    try {
                        Bank.add(connection, 1, 10);
                    } catch (SQLException e) {
                        throw new IllegalStateException("repository failed", e);
                    }
                }))
                .satisfies(e -> assertThat(e.getSuppressed()).hasAtLeastOneElementOfType(LockTimeoutException.class));
    }

    @Test
    void nothingIsBegunAfterTheDeadline() {
        TransactionScope late = Bank.scope(Duration.ZERO);

        assertThatExceptionOfType(BranchRefusedException.class)
                .isThrownBy(() -> bank.in(late, _ -> {
                    throw new AssertionError("the work ran");
                }))
                .withMessageContaining(late.gtrid().toString());
        assertThat(late.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
    }

    @Test
    void aStatementEndsSoonAfterTheDeadline() {
        TransactionScope brief = Bank.scope(Duration.ofSeconds(2));

        assertThatThrownBy(() -> bank.in(brief, connection -> TestDatabase.value(connection, "SELECT pg_sleep(60)")))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
    }

    @Test
    void aVoteIsNotGivenAfterTheDeadline() throws SQLException {
        AtomicLong clock = new AtomicLong();
        TransactionScope timed = TransactionScope.open(scope.context(), clock::get);

        assertThatExceptionOfType(BranchRefusedException.class)
                .isThrownBy(() -> bank.in(timed, connection -> {
                    Bank.add(connection, 1, 10);
                    clock.addAndGet(Duration.ofMinutes(1).toNanos());
                }))
                .withMessageContaining("deadline");
        assertThat(timed.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void outsideATransactionWorkIsRefusedWithTheWayOut() {
        assertThatExceptionOfType(NoTransactionException.class)
                .isThrownBy(() -> bank.participant.run(connection -> Bank.add(connection, 1, 10)))
                .withMessageContaining("runLocally");
    }

    @Test
    void localWorkIsCommittedWhenItReturnsAndRolledBackWhenItThrows() throws SQLException {
        bank.participant.runLocally(connection -> Bank.add(connection, 1, 10));
        assertThatIllegalStateException()
                .isThrownBy(() -> bank.participant.runLocally(connection -> {
                    Bank.add(connection, 2, 10);
                    throw new IllegalStateException();
                }));

        assertThat(List.of(bank.database.balance(1), bank.database.balance(2))).containsExactly(110, 100);
    }

    @Test
    void localWorkIsRefusedInATransaction() {
        try (var _ = scope.bind()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> bank.participant.runLocally(connection -> Bank.add(connection, 1, 10)))
                    .withMessageContaining("call()");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"execute", "executeUpdate"})
    void synchronousCommitIsRaisedForABranchThatFindsItOff(String method) throws SQLException {
        bank.database.execute("ALTER DATABASE " + bank.database.name() + " SET synchronous_commit = off");
        bank.database.pool().close();
        bank.database.execute("""
                CREATE TABLE seen (setting text);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER see AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION see()
                """);

        bank.in(scope, connection -> {
            try (Statement statement = connection.createStatement()) {
                String update = "UPDATE account SET balance = 0 WHERE id = 1";
                if (method.equals("execute")) {
                    statement.execute(update);
                } else {
                    statement.executeUpdate(update);
                }
                statement.execute("SET LOCAL synchronous_commit = local");
            }
        });
        bank.commit(scope, scope.joined().branches().getFirst());

        assertThat(bank.database.value("SELECT string_agg(setting, ',') FROM seen"))
                .isEqualTo("on");
    }

    private void assertVotedNoAndNothingIsLeft() throws SQLException {
        assertThat(scope.joined().branches()).hasSize(1);
        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.database.prepared()).isEmpty();
        assertThat(rowsLocked()).isFalse();
    }

    private boolean rowsLocked() {
        try {
            bank.database.execute("SELECT id FROM account FOR UPDATE NOWAIT");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    private void killSessions() {
        try {
            bank.database.killSessions();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
