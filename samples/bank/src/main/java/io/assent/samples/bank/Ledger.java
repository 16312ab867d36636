package io.assent.samples.bank;

import io.assent.micronaut.Branch;
import io.assent.samples.bank.RejectedException.Code;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The bank's books. Plain JDBC: nothing in the SQL knows that it may run inside a global transaction. */
@Singleton
class Ledger {

    private static final String UNIQUE_VIOLATION = "23505";

    private final DataSource dataSource;

    Ledger(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Takes money from an account, in the current transaction. */
    @Branch
    Account debit(Payment payment) throws SQLException {
        return change(payment, -payment.amount());
    }

    /** Puts money into an account, in the current transaction. */
    @Branch
    Account credit(Payment payment) throws SQLException {
        return change(payment, payment.amount());
    }

    /** Opens accounts outside any transaction; those that exist are left alone. */
    void open(List<Account> accounts) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO account (id, balance) VALUES (?, ?) ON CONFLICT (id) DO NOTHING")) {
            for (Account account : accounts) {
                insert.setString(1, account.id());
                insert.setLong(2, account.balance());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    Optional<Account> find(String id) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return find(connection, id);
        }
    }

    Totals totals() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement("""
                        SELECT (SELECT count(*) FROM account), (SELECT coalesce(sum(balance), 0) FROM account),
                               (SELECT count(*) FROM entry), (SELECT coalesce(sum(amount), 0) FROM entry)
                        """);
                ResultSet row = query.executeQuery()) {
            row.next();
            return new Totals(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }

    private Account change(Payment payment, long amount) throws SQLException {
        if (payment.amount() <= 0) {
            throw new RejectedException(Code.INVALID_AMOUNT, "amount " + payment.amount() + " is not positive");
        }
        try (Connection connection = dataSource.getConnection()) {
            Account changed = changeBalance(connection, payment.account(), amount);
            writeEntry(connection, payment, amount);
            return changed;
        }
    }

    /** The condition, not a look beforehand, protects against overdraft: the row is locked from here to the outcome. */
    private static Account changeBalance(Connection connection, String account, long amount) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE account SET balance = balance + ?, version = version + 1
                WHERE id = ? AND balance + ? >= 0 RETURNING balance
                """)) {
            update.setLong(1, amount);
            update.setString(2, account);
            update.setLong(3, amount);
            try (ResultSet row = update.executeQuery()) {
                if (row.next()) {
                    return new Account(account, row.getLong(1));
                }
            }
        }
        throw find(connection, account).isPresent()
                ? new RejectedException(Code.INSUFFICIENT_FUNDS, "account " + account + " has less than " + -amount)
                : new RejectedException(Code.UNKNOWN_ACCOUNT, "there is no account " + account);
    }

    private static void writeEntry(Connection connection, Payment payment, long amount) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO entry (payment, account, amount) VALUES (?, ?, ?)")) {
            insert.setString(1, payment.payment());
            insert.setString(2, payment.account());
            insert.setLong(3, amount);
            insert.executeUpdate();
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new RejectedException(
                        Code.DUPLICATE_PAYMENT,
                        "payment " + payment.payment() + " has already changed account " + payment.account());
            }
            throw e;
        }
    }

    private static Optional<Account> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT balance FROM account WHERE id = ?")) {
            query.setString(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(new Account(id, row.getLong(1))) : Optional.empty();
            }
        }
    }
}
