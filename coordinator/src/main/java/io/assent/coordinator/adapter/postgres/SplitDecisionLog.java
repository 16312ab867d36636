package io.assent.coordinator.adapter.postgres;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Proposal;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * The decision log over one or several databases. Each transaction has its one log, by its id ({@link LogShare}), and nothing goes
 * across: every log has its own writer, floor, tracking and connections, and what one of them suffers the others do not notice.
 * Thread-safe.
 */
public final class SplitDecisionLog implements DecisionLog, AutoCloseable {

    /** How long a question to several logs waits for the last of them; what that has is then unavailable. */
    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(1);

    private final List<PostgresDecisionLog> logs;
    private final Scheduler scheduler;

    private SplitDecisionLog(List<PostgresDecisionLog> logs, Scheduler scheduler) {
        this.logs = List.copyOf(logs);
        this.scheduler = scheduler;
    }

    /**
     * Connects to all of them, migrates their schemas, and checks servers and places.
     *
     * @param settings of each log, in the order in which they were set up
     * @throws LogUnusableException naming which one, and what to change
     */
    public static SplitDecisionLog open(List<LogSettings> settings, LogMeans means) {
        List<PostgresDecisionLog> opened = new ArrayList<>();
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < settings.size(); i++) {
                connections.add(prepare(settings.get(i), i + 1, settings.size()));
            }
            List<LogPlace> places = LogSet.join(settings, connections);
            for (int i = 0; i < settings.size(); i++) {
                opened.add(PostgresDecisionLog.open(settings.get(i), places.get(i), connections.get(i), means));
            }
        } catch (RuntimeException e) {
            opened.forEach(PostgresDecisionLog::close);
            connections.forEach(LogSetup::close);
            throw e;
        }
        return new SplitDecisionLog(opened, means.scheduler());
    }

    private static Connection prepare(LogSettings settings, int number, int count) {
        try {
            return LogSetup.prepare(settings);
        } catch (LogUnusableException e) {
            throw count == 1
                    ? e
                    : new LogUnusableException(
                            "log " + number + " of " + count + " ('" + settings.where() + "'): " + e.getMessage()
                                    + "; a start needs all logs",
                            e);
        }
    }

    /** In their order. */
    public List<PostgresDecisionLog> logs() {
        return logs;
    }

    /** The one that has this transaction, if any has. */
    PostgresDecisionLog of(Gtrid gtrid) {
        return logs.size() == 1 ? logs.getFirst() : logs.get(LogShare.numberOf(gtrid, logs.size()) - 1);
    }

    /** One for each log: their floors rise independently. */
    public List<Pruner> pruners(Duration retention, Duration auditRetention) {
        return logs.stream()
                .map(log -> new Pruner(log.dataSource(), retention, auditRetention))
                .toList();
    }

    /** Connections to whichever log a query is about. */
    public static DataSource chosen() {
        return new ChosenLog();
    }

    @Override
    public Optional<String> nameOf(Gtrid gtrid) {
        return logs.size() == 1 ? Optional.empty() : Optional.of(of(gtrid).name());
    }

    @Override
    public void propose(Proposal proposal, Consumer<Proposed> then) {
        of(proposal.gtrid()).propose(proposal, then);
    }

    @Override
    public void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then) {
        Map<PostgresDecisionLog, List<Gtrid>> byLog = new LinkedHashMap<>();
        gtrids.forEach(gtrid ->
                byLog.computeIfAbsent(of(gtrid), _ -> new ArrayList<>()).add(gtrid));
        switch (byLog.size()) {
            case 0 -> then.accept(Map.of());
            case 1 -> byLog.forEach((log, asked) -> log.read(asked, then));
            default -> {
                Answers answers = new Answers(gtrids, byLog.size(), then);
                byLog.forEach((log, asked) -> log.read(asked, answers::add));
            }
        }
    }

    /** What several logs say, together once the last of them has spoken, or should have. */
    private final class Answers {

        private final Map<Gtrid, Found> found = new LinkedHashMap<>();
        private final Consumer<Map<Gtrid, Found>> then;
        private int outstanding;
        private boolean waitingForLast;
        private boolean told;

        Answers(Collection<Gtrid> asked, int logsAsked, Consumer<Map<Gtrid, Found>> then) {
            asked.forEach(gtrid -> found.put(gtrid, new Found.Unavailable()));
            this.outstanding = logsAsked;
            this.then = then;
        }

        void add(Map<Gtrid, Found> part) {
            if (isLast(part)) {
                tell();
            }
        }

        private synchronized boolean isLast(Map<Gtrid, Found> part) {
            if (told) {
                return false;
            }
            found.putAll(part);
            outstanding--;
            if (outstanding > 0 && !waitingForLast) {
                waitingForLast = true;
                scheduler.after(LAST_ANSWERS_WITHIN, this::tell);
            }
            return outstanding == 0;
        }

        private void tell() {
            synchronized (this) {
                if (told) {
                    return;
                }
                told = true;
            }
            then.accept(found); // nothing is added any more
        }
    }

    @Override
    public void noteFinished(DecisionRow row) {
        of(row.gtrid()).noteFinished(row);
    }

    @Override
    public void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then) {
        of(gtrid).recordIntent(gtrid, branches, remaining, then);
    }

    @Override
    public void dropIntent(Gtrid gtrid, Collection<BranchId> resolved) {
        of(gtrid).dropIntent(gtrid, resolved);
    }

    @Override
    public void recordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Runnable then) {
        of(row.gtrid()).recordHeuristic(row, branch, heuristic, then);
    }

    @Override
    public void close() {
        // All at once: each may take its time to write what has queued.
        List<Thread> closing = logs.stream()
                .map(log -> Thread.ofVirtual().name("assent-log-closer").start(log::close))
                .toList();
        for (Thread each : closing) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
