package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.assent.api.Branch;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.BranchRefusedException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VotingOnPrepareTest {

    private Bank bank;
    private final TransactionScope scope = Bank.scope();

    @BeforeEach
    void open() throws SQLException {
        bank = Bank.open(VotingOnPrepareTest::held);
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    private static PostgresSettings held(PostgresSettings settings) {
        return settings.withVoting(Voting.ON_PREPARE).withHeldBranchesMax(2);
    }

    private void reopen(UnaryOperator<PostgresSettings> change) throws SQLException {
        bank.close();
        bank = Bank.open(settings -> change.apply(held(settings)));
    }

    @Test
    void theBranchJoinsWithoutAVoteAndIsPreparedOnlyWhenAsked() throws SQLException {
        Branch branch = bank.deposit(scope);
        assertThat(branch.vote()).isNull();
        assertThat(bank.database.prepared()).isEmpty();
        assertThat(bank.participant.heldBranches()).isEqualTo(1);

        InstructionResult vote = bank.prepare(scope, branch);

        assertThat(vote.result()).isEqualTo(Result.PREPARED);
        assertThat(bank.database.prepared())
                .containsExactly(Bank.gid(scope, branch).toString());
        assertThat(bank.participant.heldBranches()).isZero();
        assertThat(bank.tell(new Instruction(
                                Instruction.Action.COMMIT,
                                scope.gtrid(),
                                branch.id().bqual(),
                                vote.evidence()))
                        .result())
                .isEqualTo(Result.COMMITTED);
        assertThat(bank.database.balance(1)).isEqualTo(110);
    }

    @Test
    void allWorkOfATransactionIsOneBranchAndSeesWhatItWrote() throws SQLException {
        bank.deposit(scope);
        bank.deposit(scope);
        bank.in(
                scope,
                connection -> assertThat(TestDatabase.value(connection, "SELECT balance FROM account WHERE id = 1"))
                        .isEqualTo("120"));

        assertThat(scope.joined().branches()).hasSize(1);
        assertThat(bank.participant.heldBranches()).isEqualTo(1);
    }

    @Test
    void aRepeatedPrepareGetsTheSameVote() throws SQLException {
        Branch branch = bank.deposit(scope);
        InstructionResult first = bank.prepare(scope, branch);

        assertThat(bank.prepare(scope, branch)).isEqualTo(first);
    }

    @Test
    void aBranchThatWroteNothingVotesReadOnlyAlsoWhenAskedAgain() throws SQLException {
        bank.in(scope, connection -> TestDatabase.value(connection, "SELECT sum(balance) FROM account"));
        Branch branch = scope.joined().branches().getFirst();

        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.READ_ONLY);
        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.READ_ONLY);
        assertThat(bank.database.prepared()).isEmpty();
        assertThat(bank.database.pool().borrowed()).isZero();
    }

    @Test
    void aHeldBranchIsRolledBackWhenTold() throws SQLException {
        Branch branch = bank.deposit(scope);

        assertThat(bank.rollback(scope, branch).result()).isEqualTo(Result.ROLLED_BACK);
        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.NO);
        assertThat(bank.database.pool().borrowed()).isZero();
    }

    @Test
    void workThatThrowsRollsTheWholeBranchBackAndVotesNo() throws SQLException {
        Branch branch = bank.deposit(scope);
        assertThatIllegalStateException()
                .isThrownBy(() -> bank.in(scope, _ -> {
                    throw new IllegalStateException("no funds");
                }));

        assertThat(scope.joined().branches()).singleElement().satisfies(joined -> {
            assertThat(joined.id()).isEqualTo(branch.id());
            assertThat(joined.vote()).isInstanceOf(Vote.No.class);
        });
        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.NO);
        assertThat(bank.database.pool().borrowed()).isZero();
    }

    @Test
    void aConstraintThatFailsWhenPreparingMakesTheVoteNo() throws SQLException {
        bank.in(scope, connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("INSERT INTO entry VALUES (77)");
            }
        });

        InstructionResult result = bank.prepare(scope, scope.joined().branches().getFirst());
        assertThat(result.result()).isEqualTo(Result.NO);
        assertThat(result.reason()).contains("violates foreign key constraint");
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void noMoreBranchesAreHeldThanTheSettingsAllow() throws SQLException {
        bank.deposit(Bank.scope());
        bank.in(Bank.scope(), connection -> Bank.add(connection, 2, 10));

        assertThatExceptionOfType(BranchRefusedException.class)
                .isThrownBy(() -> bank.deposit(scope))
                .withMessageContaining("heldBranchesMax=2");
        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
    }

    @Test
    void anIdleBranchIsRolledBackAndVotesNo() throws SQLException {
        reopen(settings -> settings.withIdleTimeout(Duration.ofMillis(200)));
        Branch branch = bank.deposit(scope);

        Eventually.true_("ended", () -> bank.participant.heldBranches() == 0);
        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.NO);
    }

    @Test
    void aPreparedBranchHasNoIdleTimeout() throws SQLException {
        reopen(settings -> settings.withIdleTimeout(Duration.ofSeconds(2)));
        Branch branch = bank.deposit(scope);
        bank.prepare(scope, branch);
        TransactionScope other = Bank.scope();
        bank.in(other, connection -> Bank.add(connection, 2, 10));

        Eventually.true_("the other branch ended", () -> bank.participant.heldBranches() == 0);
        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.PREPARED);
    }

    @Test
    void aBranchPastItsDeadlineIsRolledBack() throws SQLException {
        bank.deposit(Bank.scope(Duration.ofSeconds(2)));

        Eventually.true_("ended", () -> bank.participant.heldBranches() == 0);
    }

    @Test
    void instructionsDoNotInterruptWorkAndAreAskedAgain() throws Exception {
        Branch branch = bank.deposit(scope);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<?> work = executor.submit(() -> {
                bank.in(scope, _ -> {
                    running.countDown();
                    try {
                        finish.await();
                    } catch (InterruptedException e) {
                        throw new SQLException(e);
                    }
                });
                return null;
            });
            running.await();

            assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.RETRY);
            assertThat(bank.rollback(scope, branch).result()).isEqualTo(Result.RETRY);
            finish.countDown();
            work.get();
        }
        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.rollback(scope, branch).result()).isEqualTo(Result.ROLLED_BACK);
    }

    @Test
    void closingRollsBackWhatIsHeldAndKeepsWhatIsPrepared() throws SQLException {
        Branch prepared = bank.deposit(scope);
        bank.prepare(scope, prepared);
        bank.in(Bank.scope(), connection -> Bank.add(connection, 2, 10));

        bank.participant.close();

        assertThat(bank.database.pool().borrowed()).isZero();
        assertThat(bank.database.prepared())
                .containsExactly(Bank.gid(scope, prepared).toString());
        assertThatExceptionOfType(BranchRefusedException.class)
                .isThrownBy(() -> bank.deposit(Bank.scope()))
                .withMessageContaining("shutting down");
    }

    @Test
    void aKilledConnectionMakesTheVoteNo() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.database.killSessions();

        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.NO);
        assertThat(bank.participant.heldBranches()).isZero();
    }

    /** They have connections of their own, and whoever ends them gives one back. */
    @Test
    void heldBranchesThatHaveAllConnectionsVoteAndRollBack() throws SQLException {
        AtomicBoolean free = new AtomicBoolean(true);
        TransactionScope other = Bank.scope();
        try (PostgresParticipant crowded =
                PostgresParticipant.start(refusingUnless(free), held(Bank.SETTINGS), bank.coordinator)) {
            Branch first = deposit(crowded, scope, 1);
            Branch second = deposit(crowded, other, 2);
            free.set(false);
            Instruction prepare =
                    new Instruction(Action.PREPARE, scope.gtrid(), first.id().bqual(), "");
            Instruction rollback =
                    new Instruction(Action.ROLLBACK, other.gtrid(), second.id().bqual(), "");

            assertThat(crowded.instructions().handle(List.of(prepare, rollback)))
                    .extracting(InstructionResult::result)
                    .containsExactly(Result.PREPARED, Result.ROLLED_BACK);
            assertThat(crowded.heldBranches()).isZero();
        }
        bank.database.rollbackPrepared();
    }

    private static Branch deposit(PostgresParticipant participant, TransactionScope scope, int account)
            throws SQLException {
        try (TransactionScope.Binding _ = scope.bind()) {
            participant.run(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("UPDATE account SET balance = balance + 10 WHERE id = " + account);
                }
            });
        }
        return scope.joined().branches().getFirst();
    }

    private DataSource refusingUnless(AtomicBoolean free) {
        DataSource pool = bank.database.dataSource();
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    if (!free.get() && method.getName().equals("getConnection")) {
                        throw new SQLException("the pool is exhausted");
                    }
                    return method.invoke(pool, arguments);
                });
    }
}
