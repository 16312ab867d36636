package io.assent.coordinator.adapter.postgres;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes decisions: one thread, one connection, one statement at a time. While a statement is in flight proposals queue, and the
 * next statement takes them all; there is no timer (group commit: DeWitt et al., "Implementation Techniques for Main Memory Database
 * Systems", SIGMOD 1984). A statement whose result is unknown is run again until it is known (rule R3).
 */
final class GroupCommit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration RECONNECT_MIN = Duration.ofMillis(20);
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    /** After a batch with an id that had a row, so many more are expected to have one. */
    static final int CONTESTED_BATCHES = 64;

    private record Entry(Proposal proposal, Consumer<Proposed> then) {}

    private final LogDataSource dataSource;
    private final LogSettings settings;
    private final LogMeans means;
    private final BatchTracker tracker;
    private final LogStatistics statistics;
    private final Supplier<UUID> batchIds;
    private final FinishedBatches finished;
    private final WriterLine<Entry> line;
    private final Thread thread;
    private @Nullable Connection connection;
    private int contestedBatches;

    GroupCommit(
            LogDataSource dataSource,
            LogSettings settings,
            LogMeans means,
            BatchTracker tracker,
            LogStatistics statistics) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.means = means;
        this.tracker = tracker;
        this.statistics = statistics;
        this.batchIds = () -> Gtrid.mint().value();
        this.finished = new FinishedBatches(tracker, settings);
        this.line = new WriterLine<>(settings.queueMax(), means.turns());
        this.thread = Thread.ofPlatform().name("assent-log-writer").daemon(true).start(this::write);
    }

    void propose(Proposal proposal, Consumer<Proposed> then) {
        if (!line.offer(new Entry(proposal, then))) {
            then.accept(new Proposed.Refused());
        }
    }

    int queued() {
        return line.size();
    }

    /** Writes what has queued, for a bounded time; what is left was never sent and is refused. */
    @Override
    public void close() {
        line.close();
        try {
            if (!thread.join(CLOSE_WAIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (!line.isOver()) {
                try {
                    writeOnce();
                } catch (RuntimeException e) {
                    LOG.error("the log writer met a defect and goes on", e); // the requests concerned stay unknown
                    disconnect();
                }
            }
        } catch (InterruptedException e) {
            LOG.info("log writer interrupted queued={}", line.size());
        } finally {
            line.end().forEach(left -> answer(left, new Proposed.Refused()));
            if (connection != null) {
                removeFinished(); // else whoever takes over would deliver it all again
            }
            disconnect();
        }
    }

    private void writeOnce() throws InterruptedException {
        List<Entry> batch = line.take(settings.batchMax(), IDLE_POLL);
        if (!batch.isEmpty()) {
            decide(batch);
        }
        FinishedBatches.Pressure pressure =
                batch.isEmpty() ? FinishedBatches.Pressure.IDLE : FinishedBatches.Pressure.BUSY;
        if (finished.isDue(pressure, System.nanoTime())) {
            removeFinished();
        }
    }

    private void removeFinished() {
        try {
            finished.remove(connect(), System.nanoTime());
        } catch (SQLException | RuntimeException e) {
            LOG.warn(
                    "finished batches not deleted, tried again later log={} error=\"{}\"",
                    settings.where(),
                    e.getMessage());
            disconnect();
        }
    }

    private void decide(List<Entry> entries) throws InterruptedException {
        Map<Gtrid, Proposal> proposals = new LinkedHashMap<>();
        entries.forEach(e -> proposals.putIfAbsent(e.proposal.gtrid(), e.proposal));
        UUID batch = batchIds.get();
        proposals.keySet().forEach(CoordinatorCrashPoint.BEFORE_DECISION::reached);
        Map<Gtrid, Proposed> results = untilKnown(batch, proposals);
        proposals.keySet().forEach(CoordinatorCrashPoint.AFTER_DECISION::reached);
        // Not here, so that the next statement need not wait, and as one, so that what the decisions bring goes out
        // together.
        means.turns().asOne(() -> {
            for (Entry entry : entries) {
                answer(entry, results.getOrDefault(entry.proposal.gtrid(), new Proposed.Unreadable()));
            }
        });
    }

    private static void answer(Entry entry, Proposed result) {
        try {
            entry.then.accept(result);
        } catch (RuntimeException e) {
            LOG.error("the result of a proposal could not be taken up gtrid={}", entry.proposal.gtrid(), e);
        }
    }

    private Map<Gtrid, Proposed> untilKnown(UUID batch, Map<Gtrid, Proposal> proposals) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                Connection open = connect();
                long started = System.nanoTime();
                DecisionStatements.Rows rows = attempt == 0
                        ? decide(open, batch, proposals.values())
                        : settle(open, batch, proposals.values());
                Map<Gtrid, Proposed> results = resolve(open, batch, rows, proposals.keySet());
                statistics.batch(proposals.size(), System.nanoTime() - started);
                return results;
            } catch (SQLException | RuntimeException e) {
                statistics.retried(e);
                LOG.warn(
                        "decisions unknown, running them again log={} batch={} size={} attempt={} error=\"{}\"",
                        settings.where(),
                        batch,
                        proposals.size(),
                        attempt + 1,
                        e.getMessage());
                disconnect();
                Thread.sleep(pause(attempt));
            }
        }
    }

    /**
     * As if no id had a row, unless some had a moment ago: where one request is repeated, others are. If one has a row the server
     * refuses the statement, so that it is known (rule R3) that nothing was written and the winners are still to be learned.
     */
    private DecisionStatements.Rows decide(Connection open, UUID batch, Collection<Proposal> proposals)
            throws SQLException {
        if (contestedBatches > 0) {
            contestedBatches--;
            return settle(open, batch, proposals);
        }
        try {
            return DecisionStatements.decide(open, DecisionStatements.Form.FRESH, means.writer(), batch, proposals);
        } catch (SQLException e) {
            if (!DecisionStatements.UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            statistics.collided();
            contestedBatches = CONTESTED_BATCHES;
            return settle(open, batch, proposals);
        }
    }

    private DecisionStatements.Rows settle(Connection open, UUID batch, Collection<Proposal> proposals)
            throws SQLException {
        return DecisionStatements.decide(open, DecisionStatements.Form.CONTESTED, means.writer(), batch, proposals);
    }

    /**
     * Our own rows are ours; how far those of the others have come has to be read (rules R2, R13). So do ids that were refused:
     * below the floor there may still be a row, and only its absence is told (rule R15). What can't be read is left out.
     */
    private Map<Gtrid, Proposed> resolve(
            Connection open, UUID batch, DecisionStatements.Rows rows, Collection<Gtrid> proposed) throws SQLException {
        Map<Gtrid, Proposed> results = new LinkedHashMap<>();
        List<Gtrid> unfinished = new ArrayList<>();
        Set<Gtrid> lost = new LinkedHashSet<>(proposed);
        lost.removeAll(rows.unreadable());
        rows.rows().forEach((gtrid, row) -> {
            if (!row.batch().equals(batch)) {
                return;
            }
            lost.remove(gtrid);
            if (row.branches().stream().anyMatch(ListedBranch::isTold)) {
                unfinished.add(gtrid);
                results.put(gtrid, new Proposed.Won(row, Progress.UNFINISHED));
            } else {
                results.put(gtrid, new Proposed.Won(row, Progress.FINISHED));
            }
        });
        if (!lost.isEmpty()) {
            List<DecisionStatements.Read> reads = DecisionStatements.read(open, lost);
            if (reads.stream().anyMatch(read -> isNews(read, rows))) {
                LogDataSource.confirm(open);
            }
            for (DecisionStatements.Read read : reads) {
                DecisionRow row = rows.rows().get(read.gtrid());
                notOurs(row, read).ifPresent(result -> results.put(read.gtrid(), result));
            }
        }
        lost.addAll(rows.unreadable());
        tracker.wrote(batch, unfinished, lost, System.nanoTime());
        return results;
    }

    /** A row that our statement has not returned: it wrote nothing for that id, and so has waited for nothing (rule R18). */
    private static boolean isNews(DecisionStatements.Read read, DecisionStatements.Rows returned) {
        return read instanceof DecisionStatements.Read.Row && !returned.rows().containsKey(read.gtrid());
    }

    /** @param winner the row that our statement returned, null if it refused the id */
    private Optional<Proposed> notOurs(@Nullable DecisionRow winner, DecisionStatements.Read read) throws SQLException {
        return switch (read) {
            case DecisionStatements.Read.Row found -> {
                DecisionRow row = winner == null ? found.row() : winner;
                yield Optional.of(new Proposed.Won(row, tracker.progress(row, found.marks())));
            }
            case DecisionStatements.Read.Unreadable _ -> Optional.empty();
            // Pruned since our statement returned it, and so it had finished.
            case DecisionStatements.Read.BelowFloor _
            when winner != null -> Optional.of(new Proposed.Won(winner, Progress.FINISHED));
            case DecisionStatements.Read.BelowFloor _ -> Optional.of(new Proposed.BelowFloor());
            case DecisionStatements.Read.NoRow none ->
                throw new SQLException("neither decided nor below the floor: " + none.gtrid());
        };
    }

    private Connection connect() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = dataSource.getConnection();
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("connection already gone", e);
            }
        }
    }

    private long pause(int attempt) {
        long cap = Math.min(settings.reconnectMax().toMillis(), RECONNECT_MIN.toMillis() << Math.min(attempt, 20));
        return ThreadLocalRandom.current().nextLong(cap + 1);
    }
}
