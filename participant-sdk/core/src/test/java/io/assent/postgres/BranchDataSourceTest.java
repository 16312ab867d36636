package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.assent.api.Branch;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BranchDataSourceTest {

    /** JDBC code as it is found: it knows nothing of branches, and ends its own transactions. */
    private record Repository(DataSource dataSource) {

        void deposit(int account, int amount) throws SQLException {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement statement =
                        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
                    statement.setInt(1, amount);
                    statement.setInt(2, account);
                    statement.executeUpdate();
                }
                if (amount < 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
                connection.setAutoCommit(true);
            }
        }
    }

    private Bank bank;
    private Repository repository;
    private final TransactionScope scope = Bank.scope();

    @BeforeEach
    void open() throws SQLException {
        bank = Bank.open();
        repository = new Repository(bank.participant.dataSource());
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    @Test
    void existingCodeTakesPartInTheBranchUnchanged() throws SQLException {
        bank.in(scope, _ -> {
            repository.deposit(1, 10);
            repository.deposit(2, 10);
        });

        assertThat(scope.joined().branches()).hasSize(1);
        assertThat(bank.database.balance(1)).isEqualTo(100);
        Branch branch = scope.joined().branches().getFirst();
        assertThat(branch.vote()).isInstanceOf(Vote.Prepared.class);
        bank.commit(scope, branch);
        assertThat(bank.database.balance(1) + bank.database.balance(2)).isEqualTo(220);
    }

    @Test
    void rollbackByExistingCodeMakesTheVoteNoAndUndoesAllOfTheBranch() throws SQLException {
        bank.in(scope, _ -> {
            repository.deposit(1, 10);
            repository.deposit(2, -10);
            repository.deposit(1, 10);
        });

        assertThat(scope.joined().branches())
                .extracting(Branch::vote)
                .containsExactly(new Vote.No("the work asked for rollback"));
        assertThat(bank.database.prepared()).isEmpty();
        assertThat(bank.database.balance(1)).isEqualTo(100);
    }

    @Test
    void outsideATransactionItIsThePool() throws SQLException {
        repository.deposit(1, 10);
        repository.deposit(2, -10);

        assertThat(bank.database.balance(1)).isEqualTo(110);
        assertThat(bank.database.balance(2)).isEqualTo(100);
    }

    @Test
    void inATransactionButOutsideABranchItRefuses() {
        try (var _ = scope.bind()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> repository.deposit(1, 10))
                    .withMessageContaining("outside a branch")
                    .withMessageContaining("run() or call()");
        }
    }

    @Test
    void insideABranchOfAnotherTransactionItRefuses() throws SQLException {
        bank.in(scope, _ -> {
            try (var _ = Bank.scope().bind()) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> repository.deposit(1, 10))
                        .withMessageContaining("outside a branch");
            }
        });
    }

    @Test
    void localWorkHandsItsConnectionToExistingCodeToo() throws SQLException {
        bank.participant.runLocally(_ -> {
            repository.deposit(1, 10);
            repository.deposit(2, -10);
        });

        assertThat(bank.database.balance(1)).isEqualTo(100);
    }

    @Test
    void eachConnectionClosesByItself() throws SQLException {
        bank.in(scope, connection -> {
            Connection first = bank.participant.dataSource().getConnection();
            Connection second = bank.participant.dataSource().getConnection();
            first.close();

            assertThat(first.isClosed()).isTrue();
            assertThat(second.isClosed()).isFalse();
            assertThat(java.util.Set.of(first, second)).contains(first, second);
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(first::createStatement)
                    .withMessageContaining("closed");
            Bank.add(second, 1, 10);
            Bank.add(connection, 1, 10);
        });
    }

    @Test
    void savepointsWork() throws SQLException {
        bank.in(scope, connection -> {
            Bank.add(connection, 1, 10);
            Savepoint savepoint = connection.setSavepoint();
            Bank.add(connection, 2, 10);
            connection.rollback(savepoint);
        });

        bank.commit(scope, scope.joined().branches().getFirst());
        assertThat(bank.database.balance(1)).isEqualTo(110);
        assertThat(bank.database.balance(2)).isEqualTo(100);
    }

    @Test
    void theDriversOwnConnectionIsWithinReach() throws SQLException {
        bank.in(
                scope,
                connection -> assertThat(connection.isWrapperFor(org.postgresql.PGConnection.class))
                        .isTrue());
    }

    @Test
    void anSqlErrorComesAsTheDriverThrewIt() throws SQLException {
        assertThatExceptionOfType(org.postgresql.util.PSQLException.class)
                .isThrownBy(() -> bank.in(scope, connection -> TestDatabase.value(connection, "SELECT nonsense")));
    }
}
