package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.TransactionRecords.Entry;
import io.assent.coordinator.protocol.Conversation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads where one transaction stands, at once or when it has come somewhere. Does not block. */
public final class StatusReader {

    /** What a long-poll waits for. */
    enum Until {
        DECIDED,
        APPLIED
    }

    private final Engine engine;
    private final Queries queries;
    private final TransactionViews views;
    private final OutcomeWatch watch;
    private final Scheduler scheduler;
    private final HttpSettings settings;

    public StatusReader(
            Engine engine,
            Queries queries,
            TransactionViews views,
            OutcomeWatch watch,
            Scheduler scheduler,
            HttpSettings settings) {
        this.engine = engine;
        this.queries = queries;
        this.views = views;
        this.watch = watch;
        this.scheduler = scheduler;
        this.settings = settings;
    }

    /** The status now. Fails with a {@link ProblemException} if there is none. */
    CompletableFuture<TransactionView> read(Gtrid gtrid) {
        return queries.run(records -> view(gtrid, records.find(gtrid))).exceptionally(e -> fromMemory(gtrid, e));
    }

    /** The status when it has come this far, or after this long. */
    CompletableFuture<TransactionView> await(Gtrid gtrid, Until until, Duration most) {
        return await(gtrid, until, scheduler.nanoTime() + most.toNanos());
    }

    private CompletableFuture<TransactionView> await(Gtrid gtrid, Until until, long endNanos) {
        // Falls asleep before it looks: what happens in between then wakes it.
        Duration left = Duration.ofNanos(endNanos - scheduler.nanoTime());
        Duration nap = left.compareTo(settings.watchInterval()) < 0 ? left : settings.watchInterval();
        boolean last = !nap.isPositive() || watch.isClosed();
        CompletableFuture<Void> asleep = last ? CompletableFuture.completedFuture(null) : watch.sleep(gtrid, nap);
        return read(gtrid).handle(Reading::new).thenCompose(reading -> {
            if (last || reading.isAnswer(until)) {
                asleep.complete(null);
                return reading.asFuture();
            }
            return asleep.thenCompose(_ -> await(gtrid, until, endNanos));
        });
    }

    /** What one look gave: a view or an error. */
    private record Reading(
            @Nullable TransactionView view, @Nullable Throwable error) {

        boolean isAnswer(Until until) {
            if (view == null) {
                // One that is unknown may be on its way.
                return problemCode(error) != ErrorCode.UNKNOWN_TRANSACTION;
            }
            return switch (until) {
                case DECIDED -> view.state().isDecided();
                case APPLIED -> view.state().isApplied();
            };
        }

        CompletableFuture<TransactionView> asFuture() {
            return error == null ? CompletableFuture.completedFuture(view) : CompletableFuture.failedFuture(error);
        }
    }

    private TransactionView view(Gtrid gtrid, Entry entry) {
        Conversation inMemory = engine.look(gtrid).orElse(null);
        return switch (entry) {
            case Entry.Decided decided -> views.decided(decided, inMemory);
            case Entry.BelowFloor _ -> throw Replies.gone(gtrid);
            case Entry.Undecided _ ->
                engine.look(gtrid).flatMap(views::undecided).orElseThrow(() -> unknown(gtrid));
        };
    }

    /** While the log can't be read, what this replica knows of the transaction is still worth telling. */
    private TransactionView fromMemory(Gtrid gtrid, Throwable e) {
        if (problemCode(e) == ErrorCode.LOG_UNAVAILABLE) {
            return engine.look(gtrid).flatMap(views::undecided).orElseThrow(() -> rethrown(e));
        }
        throw rethrown(e);
    }

    private static RuntimeException rethrown(Throwable e) {
        return e instanceof RuntimeException runtime ? runtime : new CompletionException(e);
    }

    /** Whether a reading failed because there is no row, and no memory of the transaction here. */
    static boolean isUnknown(Throwable e) {
        return problemCode(e) == ErrorCode.UNKNOWN_TRANSACTION;
    }

    private static @Nullable ErrorCode problemCode(@Nullable Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof ProblemException problem ? problem.problem().code() : null;
    }

    private static ProblemException unknown(Gtrid gtrid) {
        return Problem.of(
                        ErrorCode.UNKNOWN_TRANSACTION,
                        "there is no row for transaction " + gtrid
                                + " and this replica has no memory of it; as long as its"
                                + " deadline may be running that says nothing about the outcome")
                .about("gtrid", gtrid.toString())
                .toException();
    }
}
