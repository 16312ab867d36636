package io.assent.samples.bench.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The business of the benchmark, the same SQL for every candidate. */
public final class Accounts {

    /** Accounts in each database, numbered from 0. */
    public static final int COUNT = 10_000;

    /** An account that there is none of. */
    public static final long UNKNOWN = -1;

    private static final String BOOK = "UPDATE account SET balance = balance + ? WHERE id = ?";

    private Accounts() {}

    /** @throws UnknownAccountException if there is no such account: the work is to be rolled back */
    public static void book(Connection connection, long account, long amount) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(BOOK)) {
            update.setLong(1, amount);
            update.setLong(2, account);
            if (update.executeUpdate() == 0) {
                throw new UnknownAccountException(account);
            }
        }
    }
}
