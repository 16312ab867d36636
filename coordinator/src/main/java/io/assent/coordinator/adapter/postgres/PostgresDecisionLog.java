package io.assent.coordinator.adapter.postgres;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.Backlog;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The decision log in one PostgreSQL database. Decisions go through {@link GroupCommit}, everything else through a small pool. Thread-safe. */
public final class PostgresDecisionLog implements DecisionLog, Backlog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDecisionLog.class);
    private static final int READS_QUEUED_MAX = 10_000;
    private static final int BATCHES_TRACKED_MAX = 100_000;
    private static final Duration RETRY_AFTER = Duration.ofMillis(250);

    private final LogPlace place;
    private final String name;
    private final LogDataSource source;
    private final LogConnections pool;
    private final Scheduler scheduler;
    private final BatchTracker tracker = new BatchTracker(BATCHES_TRACKED_MAX);
    private final LogStatistics statistics = new LogStatistics();
    private final GroupCommit groupCommit;
    private final ExecutorService readers;

    private PostgresDecisionLog(LogSettings settings, LogPlace place, Connection first, LogMeans means) {
        this.place = place;
        this.name = name(settings, place);
        this.source = new LogDataSource(settings, place);
        this.source.use(first);
        this.pool = new LogConnections(name, source, settings);
        this.scheduler = means.scheduler();
        this.groupCommit = new GroupCommit(source, settings, means, tracker, statistics);
        this.readers = new ThreadPoolExecutor(
                settings.readersMax(),
                settings.readersMax(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(READS_QUEUED_MAX),
                Thread.ofPlatform().name("assent-log-reader-", 0).daemon(true).factory());
    }

    /**
     * The only log there is: connects, migrates the schema, and checks the server.
     *
     * @throws LogUnusableException naming what to change
     */
    public static PostgresDecisionLog open(LogSettings settings, LogMeans means) {
        return SplitDecisionLog.open(List.of(settings), means).logs().getFirst();
    }

    /**
     * One of the logs of a set, which has its place in it.
     *
     * @param first a connection to it
     */
    static PostgresDecisionLog open(LogSettings settings, LogPlace place, Connection first, LogMeans means) {
        return new PostgresDecisionLog(settings, place, first, means);
    }

    private static String name(LogSettings settings, LogPlace place) {
        return place.isAlone()
                ? "the decision log"
                : "log " + place.number() + " of " + place.count() + " at " + settings.where();
    }

    /** As people call it: {@code log 2 of 3 at db.internal:5432/assent}. */
    public String name() {
        return name;
    }

    /** Which one of the set it is; from 1. */
    public int number() {
        return place.number();
    }

    @Override
    public boolean holds(Gtrid gtrid) {
        return LogShare.numberOf(gtrid, place.count()) == place.number();
    }

    /** Trusted connections (rule R18) for queries off the commit path. */
    public DataSource dataSource() {
        return pool;
    }

    /** What a confirmed decision survives, as the latest connection found it. */
    public LogDurability durability() {
        return source.durability();
    }

    public LogStatistics statistics() {
        return statistics;
    }

    public int queued() {
        return groupCommit.queued();
    }

    /** How far a transaction has come; knows what has finished here a moment ago. */
    Progress progress(DecisionRow row, int marks) {
        return tracker.progress(row, marks);
    }

    @Override
    public void propose(Proposal proposal, Consumer<Proposed> then) {
        groupCommit.propose(proposal, then);
    }

    @Override
    public void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then) {
        List<Gtrid> asked = List.copyOf(gtrids);
        once(connection -> read(connection, asked), then, () -> then.accept(unavailable(asked)));
    }

    /** As {@link #read(Collection, Consumer)} reads, in the caller's thread. */
    Found readNow(Gtrid gtrid) {
        return ran(connection -> read(connection, List.of(gtrid)))
                .flatMap(found -> Optional.ofNullable(found.get(gtrid)))
                .orElseGet(Found.Unavailable::new);
    }

    private Map<Gtrid, Found> read(Connection connection, List<Gtrid> asked) throws SQLException {
        List<DecisionStatements.Read> read = DecisionStatements.read(connection, asked);
        if (read.stream().anyMatch(DecisionStatements.Read.Row.class::isInstance)) {
            LogDataSource.confirm(connection);
        }
        return found(asked, read);
    }

    @Override
    public void noteFinished(DecisionRow row) {
        tracker.finished(row);
    }

    @Override
    public void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then) {
        untilDone(
                connection -> {
                    CoordinatorCrashPoint.BEFORE_INTENT.reached(gtrid);
                    boolean recorded = BookkeepingStatements.recordIntent(connection, gtrid, branches, remaining);
                    CoordinatorCrashPoint.AFTER_INTENT.reached(gtrid);
                    return recorded;
                },
                recorded -> {
                    if (recorded) {
                        then.run();
                    }
                });
    }

    @Override
    public void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {
        List<BranchId> done = List.copyOf(resolved);
        once(
                connection -> {
                    CoordinatorCrashPoint.BEFORE_INTENT_DROP.reached(gtrid);
                    BookkeepingStatements.dropIntent(connection, gtrid, done);
                    CoordinatorCrashPoint.AFTER_INTENT_DROP.reached(gtrid);
                    return gtrid;
                },
                _ -> {},
                () -> {});
    }

    @Override
    public void recordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Runnable then) {
        untilDone(
                connection -> {
                    CoordinatorCrashPoint.BEFORE_HEURISTIC.reached(row.gtrid());
                    BookkeepingStatements.recordHeuristic(connection, row, branch, heuristic);
                    CoordinatorCrashPoint.AFTER_HEURISTIC.reached(row.gtrid());
                    return row;
                },
                _ -> then.run());
    }

    @Override
    public void unfinished(@Nullable Cursor after, int limit, Predicate<Tracked> wanted, Consumer<Page> then) {
        once(
                connection -> page(connection, after, limit, wanted),
                then,
                () -> then.accept(new Page(List.of(), Optional.empty(), Availability.UNAVAILABLE)));
    }

    @Override
    public void overdueIntents(@Nullable OverdueIntent after, int limit, Consumer<List<OverdueIntent>> then) {
        once(
                connection -> BookkeepingStatements.overdueIntents(connection, after, limit),
                then,
                () -> then.accept(List.of()));
    }

    @Override
    public void close() {
        groupCommit.close();
        readers.shutdownNow();
        pool.close();
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Calls exactly one of both, after the connection has gone back. */
    private <T> void once(Work<T> work, Consumer<T> then, Runnable otherwise) {
        try {
            readers.execute(() -> {
                Optional<T> result = ran(work);
                try {
                    result.ifPresentOrElse(then, otherwise);
                } catch (RuntimeException e) {
                    LOG.error("what the log said could not be taken up", e);
                }
            });
        } catch (RejectedExecutionException e) {
            otherwise.run();
        }
    }

    /** Repeats until it is known to be done (rule R3); each of these statements may run twice. */
    private <T> void untilDone(Work<T> work, Consumer<T> then) {
        once(work, then, () -> {
            if (!readers.isShutdown()) {
                scheduler.after(RETRY_AFTER, () -> untilDone(work, then));
            }
        });
    }

    /** @return empty if it failed, for whatever reason: whoever waits has to hear of it */
    private <T> Optional<T> ran(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            T result = work.on(connection);
            statistics.read();
            return Optional.of(result);
        } catch (LogConnections.SilentException e) {
            LOG.debug("log still not readable log=\"{}\"", name);
            return Optional.empty();
        } catch (SQLException e) {
            LOG.warn("log not readable, trying again later log=\"{}\" error=\"{}\"", name, e.getMessage());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.error("something in the log can't be read; a person has to look", e);
            return Optional.empty();
        }
    }

    /**
     * Leaves out what has finished here and whose tracking is still on its way out. Ids without a row of this batch were
     * never decided by it: their statement was refused below the floor, or another batch won. A row that can't be read stays
     * tracked.
     */
    private Page page(Connection connection, @Nullable Cursor after, int limit, Predicate<Tracked> wanted)
            throws SQLException {
        long started = System.nanoTime();
        TrackedBatches found = TrackedBatches.read(connection, after, limit);
        Map<Gtrid, UUID> open = new LinkedHashMap<>();
        for (TrackedBatches.Batch batch : found.batches()) {
            for (Gtrid gtrid : tracker.found(batch.id(), batch.wanted(wanted), batch.gtrids(), started)) {
                open.put(gtrid, batch.id());
            }
        }
        List<DecisionRow> unfinished = new ArrayList<>();
        if (!open.isEmpty()) {
            DecisionStatements.Rows rows = DecisionStatements.rows(connection, open.keySet());
            LogDataSource.confirm(connection);
            open.forEach((gtrid, batch) -> {
                DecisionRow row = rows.rows().get(gtrid);
                if (row != null && row.batch().equals(batch)) {
                    unfinished.add(row);
                } else if (!rows.unreadable().contains(gtrid)) {
                    tracker.finished(batch, gtrid);
                }
            });
        }
        tracker.forgetAbsent(after == null ? null : after.batch(), found.last(), found.ids(), started);
        return new Page(unfinished, found.next(), Availability.AVAILABLE);
    }

    private Map<Gtrid, Found> found(List<Gtrid> asked, List<DecisionStatements.Read> reads) {
        Map<Gtrid, Found> found = unavailable(asked);
        for (DecisionStatements.Read read : reads) {
            found.put(
                    read.gtrid(),
                    switch (read) {
                        case DecisionStatements.Read.Row r ->
                            new Found.Row(r.row(), tracker.progress(r.row(), r.marks()));
                        case DecisionStatements.Read.Unreadable _ -> new Found.Unavailable();
                        case DecisionStatements.Read.NoRow _ -> new Found.NoRow();
                        case DecisionStatements.Read.BelowFloor _ -> new Found.BelowFloor();
                    });
        }
        return found;
    }

    private static Map<Gtrid, Found> unavailable(List<Gtrid> asked) {
        Map<Gtrid, Found> found = new LinkedHashMap<>();
        asked.forEach(gtrid -> found.put(gtrid, new Found.Unavailable()));
        return found;
    }
}
