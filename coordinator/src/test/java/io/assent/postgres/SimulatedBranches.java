package io.assent.postgres;

import io.assent.api.Bqual;
import io.assent.context.TransactionScope;
import io.assent.participant.BranchResource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The parts of a {@link PostgresParticipant} without its threads and its start check, for a simulation. */
public final class SimulatedBranches {

    private final @Nullable HeldBranches held;
    private final Branching branching;
    private final PostgresResource resource;

    public SimulatedBranches(
            DataSource dataSource, PostgresSettings settings, Function<Duration, Bqual> bquals, LongSupplier nanoTime) {
        CurrentBranch current = new CurrentBranch();
        this.held = settings.voting() == Voting.ON_PREPARE
                ? new HeldBranches(dataSource, settings, current, bquals, nanoTime)
                : null;
        this.branching = held == null ? new EarlyVoting(dataSource, settings, current, bquals) : held;
        this.resource = new PostgresResource(dataSource, settings.withConnectionsPerBatchMax(1), held);
    }

    /** Runs work as a branch; it joins the scope. */
    public <X extends Exception> void run(TransactionScope scope, BranchAction<X> work) throws X, SQLException {
        boolean _ = branching.<Boolean, X>call(scope, connection -> {
            work.on(connection);
            return true;
        });
    }

    public BranchResource resource() {
        return resource;
    }

    public void endOverdue() {
        if (held != null) {
            held.endOverdue();
        }
    }

    /** A bqual of the form that {@link TimedBqual} mints, with a text instead of the random part. */
    public static Bqual bqual(Duration remaining, String text) {
        String seconds = Long.toString(Math.max(0, remaining.plusMillis(999).toSeconds()), 36);
        return new Bqual(seconds + "-" + "0".repeat(22 - text.length()) + text);
    }
}
