package io.assent.postgres;

import io.assent.api.Gtrid;
import io.assent.api.Vote;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Says of a failed branch why, in words that lead somewhere. */
final class BranchFailures {

    private final DataSource dataSource;
    private final PostgresSettings settings;

    BranchFailures(DataSource dataSource, PostgresSettings settings) {
        this.dataSource = dataSource;
        this.settings = settings;
    }

    static Vote.No vote(Throwable failure) {
        return new Vote.No(failure.toString().lines().findFirst().orElse("failed"));
    }

    /** The lock timeout among the failure's causes with a message that names what may hold the lock; null if none. */
    @Nullable
    LockTimeoutException lockTimeout(Throwable failure, Gtrid gtrid) {
        SQLException timeout = SqlStates.find(failure, SqlStates.LOCK_NOT_AVAILABLE);
        if (timeout == null || timeout instanceof LockTimeoutException) {
            return null;
        }
        return new LockTimeoutException(
                "waited longer than lockTimeout=" + settings.lockTimeout().toMillis() + " ms for a lock in transaction "
                        + gtrid + "; " + whoMayHoldIt(gtrid),
                timeout);
    }

    private String whoMayHoldIt(Gtrid gtrid) {
        List<String> own = ownPrepared(gtrid);
        if (own.isEmpty()) {
            return "another transaction holds it";
        }
        return "it may be held by an earlier branch of the same transaction, prepared here and waiting for the outcome"
                + " of this very transaction: " + String.join(", ", own)
                + ". Do the work on the same rows in one branch, or set voting " + Voting.ON_PREPARE;
    }

    private List<String> ownPrepared(Gtrid gtrid) {
        try (Connection connection = dataSource.getConnection()) {
            return PreparedTransactions.gidsOf(connection, settings.service(), gtrid);
        } catch (SQLException e) {
            return List.of();
        }
    }
}
