package io.assent.coordinator.adapter.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.assent.api.BranchId;
import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Proposal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The decision log in PostgreSQL. Decisions go through {@link GroupCommit}, everything else through a small pool. Thread-safe. */
public final class PostgresDecisionLog implements DecisionLog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDecisionLog.class);
    private static final int READS_QUEUED_MAX = 10_000;
    private static final int BATCHES_TRACKED_MAX = 100_000;
    private static final Duration RETRY_AFTER = Duration.ofMillis(250);

    private final HikariDataSource pool;
    private final Scheduler scheduler;
    private final BatchTracker tracker = new BatchTracker(BATCHES_TRACKED_MAX);
    private final LogStatistics statistics = new LogStatistics();
    private final GroupCommit groupCommit;
    private final ExecutorService readers;

    private PostgresDecisionLog(
            LogDataSource source, HikariDataSource pool, LogSettings settings, Scheduler scheduler) {
        this.pool = pool;
        this.scheduler = scheduler;
        this.groupCommit = new GroupCommit(source, settings, tracker, statistics);
        this.readers = new ThreadPoolExecutor(
                settings.readersMax(),
                settings.readersMax(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(READS_QUEUED_MAX),
                Thread.ofPlatform().name("assent-log-reader-", 0).daemon(true).factory());
    }

    /** Connects, migrates the schema and checks the server. @throws LogUnusableException naming what to change */
    public static PostgresDecisionLog open(LogSettings settings, Scheduler scheduler) {
        LogSetup.prepare(settings);
        LogDataSource source = new LogDataSource(settings.url(), properties(settings));
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName("assent-log");
        config.setMaximumPoolSize(settings.readersMax() + 2);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        return new PostgresDecisionLog(source, new HikariDataSource(config), settings, scheduler);
    }

    /** Trusted connections (rule R18) for queries off the commit path. */
    public DataSource dataSource() {
        return pool;
    }

    public LogStatistics statistics() {
        return statistics;
    }

    public int queued() {
        return groupCommit.queued();
    }

    @Override
    public void propose(Proposal proposal, Consumer<Proposed> then) {
        groupCommit.propose(proposal, then);
    }

    @Override
    public void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then) {
        List<Gtrid> asked = List.copyOf(gtrids);
        once(
                connection -> then.accept(found(asked, DecisionStatements.read(connection, asked))),
                () -> then.accept(unavailable(asked)));
    }

    @Override
    public void noteFinished(DecisionRow row) {
        tracker.finished(row);
    }

    @Override
    public void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then) {
        untilDone(connection -> {
            CrashPoints.INSTALLED.reached("coordinator.intent.before", gtrid);
            BookkeepingStatements.recordIntent(connection, gtrid, branches, remaining);
            CrashPoints.INSTALLED.reached("coordinator.intent.after", gtrid);
            then.run();
        });
    }

    @Override
    public void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {
        List<BranchId> done = List.copyOf(resolved);
        once(connection -> BookkeepingStatements.dropIntent(connection, gtrid, done), () -> {});
    }

    @Override
    public void recordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Runnable then) {
        untilDone(connection -> {
            BookkeepingStatements.recordHeuristic(connection, row, branch, heuristic);
            then.run();
        });
    }

    @Override
    public void unfinished(@Nullable Cursor after, int limit, Consumer<Page> then) {
        once(
                connection -> then.accept(page(BookkeepingStatements.unfinished(connection, after, limit))),
                () -> then.accept(new Page(List.of(), Optional.empty(), Availability.UNAVAILABLE)));
    }

    @Override
    public void overdueIntents(int limit, Consumer<List<OverdueIntent>> then) {
        once(
                connection -> then.accept(BookkeepingStatements.overdueIntents(connection, limit)),
                () -> then.accept(List.of()));
    }

    @Override
    public void close() {
        groupCommit.close();
        readers.shutdownNow();
        pool.close();
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void once(Work work, Runnable otherwise) {
        try {
            readers.execute(() -> {
                if (!ran(work)) {
                    otherwise.run();
                }
            });
        } catch (RejectedExecutionException e) {
            otherwise.run();
        }
    }

    /** Repeats until it is known to be done (rule R3); each of these statements may run twice. */
    private void untilDone(Work work) {
        once(work, () -> scheduler.after(RETRY_AFTER, () -> untilDone(work)));
    }

    private boolean ran(Work work) {
        try (Connection connection = pool.getConnection()) {
            work.on(connection);
            statistics.read();
            return true;
        } catch (SQLException e) {
            LOG.warn("log not readable, trying again later error=\"{}\"", e.getMessage());
            return false;
        } catch (CorruptRowException e) {
            LOG.error("a row of the log can't be read; a person has to look error=\"{}\"", e.getMessage());
            return false;
        }
    }

    /**
     * Leaves out what has finished here and whose tracking is still on its way out. Ids without a row of this batch were
     * never decided by it: their statement was refused below the floor, or another batch won.
     */
    private Page page(BookkeepingStatements.UnfinishedBatches found) {
        Map<UUID, Map<Gtrid, DecisionRow>> rows = new HashMap<>();
        found.rows()
                .forEach(r ->
                        rows.computeIfAbsent(r.batch(), b -> new HashMap<>()).put(r.gtrid(), r));
        List<DecisionRow> unfinished = new ArrayList<>();
        found.batches().forEach((batch, gtrids) -> {
            Map<Gtrid, DecisionRow> own = rows.getOrDefault(batch, Map.of());
            for (Gtrid gtrid : tracker.found(batch, gtrids, System.nanoTime())) {
                DecisionRow row = own.get(gtrid);
                if (row == null) {
                    tracker.finished(batch, gtrid);
                } else {
                    unfinished.add(row);
                }
            }
        });
        return new Page(unfinished, found.next(), Availability.AVAILABLE);
    }

    private Map<Gtrid, Found> found(List<Gtrid> asked, List<DecisionStatements.Read> reads) {
        Map<Gtrid, Found> found = unavailable(asked);
        for (DecisionStatements.Read read : reads) {
            Found result = read.below() ? new Found.BelowFloor() : new Found.NoRow();
            for (DecisionRow row : read.row()) {
                result = new Found.Row(row, tracker.progress(row, read.marks()));
            }
            found.put(read.gtrid(), result);
        }
        return found;
    }

    private static Map<Gtrid, Found> unavailable(List<Gtrid> asked) {
        Map<Gtrid, Found> found = new LinkedHashMap<>();
        asked.forEach(gtrid -> found.put(gtrid, new Found.Unavailable()));
        return found;
    }

    static Properties properties(LogSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        if (!settings.password().isEmpty()) {
            properties.setProperty("password", settings.password());
        }
        properties.setProperty("ApplicationName", "assent-coordinator");
        properties.setProperty("targetServerType", "primary");
        properties.setProperty("connectTimeout", seconds(settings.connectTimeout()));
        properties.setProperty("socketTimeout", seconds(settings.socketTimeout()));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.toSeconds()));
    }
}
