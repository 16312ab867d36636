package io.assent.coordinator.adapter.postgres;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.LogSilentException;
import io.assent.coordinator.engine.port.TransactionRecords;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Progress;
import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.data.connection.jdbc.exceptions.CannotGetJdbcConnectionException;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.transaction.exceptions.TransactionException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log has for people. Lists examine a bounded number of rows a page, and go on with the cursor. Of several logs each is
 * asked in turn; one that is silent is named instead of being left out in silence.
 */
@Singleton
final class PostgresTransactionRecords implements TransactionRecords {

    private static final UUID AFTER_ALL = new UUID(-1L, -1L);
    private static final int EXAMINED_MAX = 5000;
    private static final int CHUNK = 500;

    private static final Logger LOG = LoggerFactory.getLogger(PostgresTransactionRecords.class);
    private final SplitDecisionLog logs;
    private final DecisionRepository decisions;
    private final HeuristicRepository heuristics;

    PostgresTransactionRecords(SplitDecisionLog logs, DecisionRepository decisions, HeuristicRepository heuristics) {
        this.logs = logs;
        this.decisions = decisions;
        this.heuristics = heuristics;
    }

    @Override
    public Entry find(Gtrid gtrid) {
        PostgresDecisionLog log = logs.of(gtrid);
        return switch (log.readNow(gtrid)) {
            case Found.Row(DecisionRow row, Progress progress) ->
                in(log, () -> new Entry.Decided(row, progress, Optional.empty(), outcomes(row, progress)));
            case Found.BelowFloor _ -> new Entry.BelowFloor();
            case Found.NoRow _ -> new Entry.Undecided();
            case Found.Unavailable _ ->
                throw new LogSilentException("the row of transaction " + gtrid
                        + " can't be read now, or not confirmed: " + log.name() + " does not answer");
        };
    }

    @Override
    public Page list(Filter filter, Optional<String> cursor, int limit) {
        UUID before = cursor.map(PostgresTransactionRecords::parsed).orElse(AFTER_ALL);
        Parts<Part> parts = ofEach(log -> part(log, filter, before, limit));
        return Part.together(parts.found(), limit, parts.missing());
    }

    /** What one log has after the cursor. */
    private Part part(PostgresDecisionLog log, Filter filter, UUID cursor, int limit) {
        UUID before = cursor;
        List<Entry.Decided> found = new ArrayList<>();
        long nowMillis = System.currentTimeMillis();
        for (int examined = 0; examined < EXAMINED_MAX; ) {
            List<DecisionRecord> chunk = chunk(filter, before);
            for (DecisionRecord each : chunk) {
                before = each.gtrid();
                Entry.Decided entry = decided(log, each);
                if (matches(filter, entry, nowMillis)) {
                    found.add(entry);
                }
                if (found.size() == limit) {
                    return new Part(found, Optional.of(before));
                }
            }
            examined += chunk.size();
            if (chunk.size() < CHUNK) {
                return new Part(found, Optional.empty());
            }
        }
        return new Part(found, Optional.of(before));
    }

    @Override
    public OpenHeuristics openHeuristics(int limit) {
        Parts<List<HeuristicRow>> parts = ofEach(_ -> heuristics.open(limit));
        List<HeuristicRecord> open = parts.found().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(HeuristicRow::detectedAt))
                .limit(limit)
                .map(PostgresTransactionRecords::heuristic)
                .toList();
        return new OpenHeuristics(open, parts.missing());
    }

    @Override
    public int acknowledgeHeuristics(Gtrid gtrid, Operator operator) {
        CoordinatorCrashPoint.BEFORE_OPERATOR.reached(gtrid);
        UUID id = Gtrid.mint().value();
        int acknowledged = in(
                logs.of(gtrid),
                () -> heuristics.acknowledgeAudited(id, gtrid.value(), operator.by(), operator.reason()));
        CoordinatorCrashPoint.AFTER_OPERATOR.reached(gtrid);
        return acknowledged;
    }

    @Override
    public void audit(Gtrid gtrid, String action, Operator operator) {
        CoordinatorCrashPoint.BEFORE_OPERATOR.reached(gtrid);
        UUID id = Gtrid.mint().value();
        in(logs.of(gtrid), () -> {
            heuristics.audit(id, gtrid.value(), action, operator.by(), operator.reason());
            return id;
        });
        CoordinatorCrashPoint.AFTER_OPERATOR.reached(gtrid);
    }

    @Override
    public long countUnfinished() {
        return logs.logs().stream()
                .mapToLong(log -> in(log, decisions::countUnfinished))
                .sum();
    }

    @Override
    public long countOpenHeuristics() {
        return logs.logs().stream()
                .mapToLong(log -> in(log, heuristics::countOpen))
                .sum();
    }

    /** @param missing the names of the logs that are silent */
    private record Parts<T>(List<T> found, List<String> missing) {}

    /** Asks every log. What is there of the others is worth telling, if any of them answers. */
    private <T> Parts<T> ofEach(Function<PostgresDecisionLog, T> query) {
        Parts<T> parts = new Parts<>(new ArrayList<>(), new ArrayList<>());
        for (PostgresDecisionLog log : logs.logs()) {
            try {
                parts.found.add(in(log, () -> query.apply(log)));
            } catch (LogSilentException e) {
                if (parts.missing.size() + 1 == logs.logs().size()) {
                    throw e;
                }
                LOG.warn("a list is without a log log=\"{}\" error=\"{}\"", log.name(), e.getMessage());
                parts.missing.add(log.name());
            }
        }
        return parts;
    }

    /** @throws LogSilentException if the log can't be asked */
    private static <T> T in(PostgresDecisionLog log, Supplier<T> query) {
        try {
            return ChosenLog.in(log, query);
        } catch (CannotGetJdbcConnectionException
                | ConnectionException
                | TransactionException
                | DataAccessException e) {
            throw new LogSilentException(log.name() + " can't be read or written now: " + e.getMessage(), e);
        }
    }

    private List<DecisionRecord> chunk(Filter filter, UUID before) {
        return switch (filter.progress().orElse(Progress.FINISHED)) {
            case UNFINISHED -> decisions.newestUnfinished(before, CHUNK);
            case HEURISTIC -> decisions.newestHeuristic(before, CHUNK);
            case FINISHED -> decisions.newest(before, CHUNK);
        };
    }

    private Entry.Decided decided(PostgresDecisionLog log, DecisionRecord each) {
        DecisionRow row = DecisionStatements.row(
                new Gtrid(each.gtrid()), each.outcome(), each.batch(), each.decidedAt(), each.detail());
        Progress progress = log.progress(row, each.progress());
        return new Entry.Decided(row, progress, Optional.empty(), outcomes(row, progress));
    }

    /** A finished or unfinished transaction may have some too; most have none, and are not asked about. */
    private List<HeuristicRecord> outcomes(DecisionRow row, Progress progress) {
        return progress == Progress.FINISHED
                ? List.of()
                : heuristics.of(row.gtrid().value()).stream()
                        .map(PostgresTransactionRecords::heuristic)
                        .toList();
    }

    private static boolean matches(Filter filter, Entry.Decided entry, long nowMillis) {
        DecisionRow row = entry.row();
        Duration age = Duration.ofMillis(nowMillis - row.gtrid().mintedAtMillis());
        return filter.decision().map(d -> d == row.decision()).orElse(true)
                && filter.progress().map(p -> p == entry.progress()).orElse(true)
                && filter.participant()
                        .map(p -> row.branches().stream()
                                .anyMatch(b -> b.id().participant().value().equals(p)))
                        .orElse(true)
                && filter.label()
                        .map(l -> l.value().equals(row.labels().get(l.key())))
                        .orElse(true)
                && filter.ageMin().map(min -> age.compareTo(min) >= 0).orElse(true)
                && filter.ageMax().map(max -> age.compareTo(max) <= 0).orElse(true);
    }

    private static HeuristicRecord heuristic(HeuristicRow row) {
        return new HeuristicRecord(
                new Gtrid(row.gtrid()),
                new BranchId(new ParticipantUrl(row.participant()), new Bqual(row.bqual())),
                new Acknowledgement.Heuristic(Acknowledgement.Kind.valueOf(row.kind()), row.detail()),
                row.detectedAt(),
                Optional.ofNullable(row.acknowledgedBy()));
    }

    private static UUID parsed(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("cursor", cursor, "must be the cursor of a page before");
        }
    }
}
