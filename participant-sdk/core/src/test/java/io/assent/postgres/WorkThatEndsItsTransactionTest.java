package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Branch;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** However the work ends its transaction, it is found out; and what only looks like it does no harm. */
class WorkThatEndsItsTransactionTest {

    private Bank bank;
    private final TransactionScope scope = Bank.scope();

    @BeforeEach
    void open() throws SQLException {
        bank = Bank.open();
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    static Stream<Named<BranchAction<SQLException>>> endings() {
        return Stream.of(
                sql("COMMIT"),
                sql("commit work"),
                sql("End"),
                sql("ROLLBACK"),
                sql("ABORT"),
                sql("COMMIT AND CHAIN"),
                sql("/* done */COMMIT"),
                sql("SELECT 1;COMMIT;SELECT 2"),
                sql("PREPARE TRANSACTION 'by-hand'"),
                named("a prepared statement", connection -> {
                    try (PreparedStatement statement = connection.prepareStatement("COMMIT")) {
                        statement.execute();
                    }
                }),
                named("a batch", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.addBatch("COMMIT");
                        statement.executeBatch();
                    }
                }),
                named("the driver's connection", connection -> {
                    Connection driver = (Connection) connection.unwrap(PGConnection.class);
                    driver.commit();
                }),
                named("the driver's statement", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.unwrap(org.postgresql.PGStatement.class);
                        ((Statement) statement.unwrap(org.postgresql.PGStatement.class))
                                .getConnection()
                                .commit();
                    }
                }),
                named("SQL after an error", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        assertThatThrownBy(() -> statement.execute("SELECT 1/0"));
                        statement.execute("ROLLBACK");
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void isFoundOutAndMakesTheVoteNo(BranchAction<SQLException> ending) throws SQLException {
        assertThatThrownBy(() -> bank.in(scope, connection -> {
                    Bank.add(connection, 1, 10);
                    ending.on(connection);
                    Bank.add(connection, 2, 10);
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("the work ended its transaction by itself");

        assertThat(scope.joined().branches()).hasSize(1);
        assertThat(scope.joined().branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.database.prepared()).allMatch("by-hand"::equals);
        assertThat(bank.database.balance(2)).isEqualTo(100);
    }

    @Test
    void noPartOfTheConnectionLeadsAroundTheGuard() throws SQLException {
        bank.in(scope, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT 1")) {
                statement.getConnection().commit();
                row.getStatement().getConnection().commit();
                connection.getMetaData().getConnection().commit();
                try (ResultSet tables = connection.getMetaData().getTables(null, null, "account", null)) {
                    tables.getStatement().getConnection().commit();
                }
            }
            Bank.add(connection, 1, 10);
            try (Statement statement = connection.createStatement()) {
                statement.getConnection().close();
            }
            assertThat(connection.isClosed()).isTrue();
        });

        assertThat(Bank.evidence(scope.joined().branches().getFirst())).isNotEmpty();
        assertThat(bank.database.prepared()).hasSize(1);
        assertThat(bank.database.balance(1)).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'commit; rollback'",
                "SELECT 1 -- commit",
                "SELECT 1 /* end */",
                "SELECT CASE WHEN true THEN 1 END",
                "SELECT 1 AS \"commit\"",
                "DO $$ BEGIN UPDATE account SET balance = balance WHERE id = 2; END $$",
                "SAVEPOINT s; UPDATE account SET balance = 0 WHERE id = 2; ROLLBACK TO SAVEPOINT s"
            })
    void whatOnlyHasTheWordsInItDoesNoHarm(String sql) throws SQLException {
        bank.in(scope, connection -> {
            Bank.add(connection, 1, 10);
            execute(connection, sql);
        });

        assertPreparedAndCommits(110, 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DO $$ BEGIN COMMIT; END $$",
                "DO $$ BEGIN ROLLBACK; END $$",
                "CALL ends()",
                "SELECT calls_ends()"
            })
    void aProcedureCannotEndIt(String sql) throws SQLException {
        bank.database.execute("CREATE PROCEDURE ends() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;"
                + "CREATE FUNCTION calls_ends() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL ends(); END $$");

        assertThatThrownBy(() -> bank.in(scope, connection -> {
                    Bank.add(connection, 1, 10);
                    execute(connection, sql);
                }))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("2D000"));
        assertThat(bank.database.balance(1)).isEqualTo(100);
    }

    @Test
    void goingBackToASavepointAfterAnErrorIsNoEnd() throws SQLException {
        bank.in(scope, connection -> {
            Bank.add(connection, 1, 10);
            Savepoint savepoint = connection.setSavepoint("s");
            assertThatThrownBy(() -> execute(connection, "SELECT 1/0"));
            execute(connection, "ROLLBACK TO SAVEPOINT s");
            Bank.add(connection, 2, 10);
            connection.releaseSavepoint(savepoint);
        });

        assertPreparedAndCommits(110, 110);
    }

    private void assertPreparedAndCommits(int first, int second) throws SQLException {
        Branch branch = scope.joined().branches().getFirst();
        assertThat(branch.vote()).isInstanceOf(Vote.Prepared.class);
        bank.commit(scope, branch);
        assertThat(bank.database.balance(1)).isEqualTo(first);
        assertThat(bank.database.balance(2)).isEqualTo(second);
    }

    private static Named<BranchAction<SQLException>> sql(String sql) {
        return named(sql, connection -> execute(connection, sql));
    }

    private static Named<BranchAction<SQLException>> named(String name, BranchAction<SQLException> ending) {
        return Named.of(name, ending);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
