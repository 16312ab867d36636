package io.assent.coordinator.adapter.postgres;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.DecisionLog.Found;
import io.assent.coordinator.engine.port.TransactionRecords;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Progress;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the log has for people. Lists examine a bounded number of rows a page, and go on with the cursor. */
@Singleton
final class PostgresTransactionRecords implements TransactionRecords {

    private static final UUID AFTER_ALL = new UUID(-1L, -1L);
    private static final int EXAMINED_MAX = 5000;
    private static final int CHUNK = 500;

    private final PostgresDecisionLog log;
    private final DecisionRepository decisions;
    private final HeuristicRepository heuristics;

    PostgresTransactionRecords(PostgresDecisionLog log, DecisionRepository decisions, HeuristicRepository heuristics) {
        this.log = log;
        this.decisions = decisions;
        this.heuristics = heuristics;
    }

    @Override
    public Entry find(Gtrid gtrid) {
        return switch (log.readNow(gtrid)) {
            case Found.Row(DecisionRow row, Progress progress) -> decided(row, progress);
            case Found.BelowFloor _ -> new Entry.BelowFloor();
            case Found.NoRow _ -> new Entry.Undecided();
            case Found.Unavailable _ ->
                throw new IllegalStateException(
                        "the row of transaction " + gtrid + " can't be read now, or not confirmed");
        };
    }

    @Override
    public Page list(Filter filter, Optional<String> cursor, int limit) {
        UUID before = cursor.map(PostgresTransactionRecords::parsed).orElse(AFTER_ALL);
        List<Entry.Decided> found = new ArrayList<>();
        long nowMillis = System.currentTimeMillis();
        for (int examined = 0; examined < EXAMINED_MAX; ) {
            List<DecisionRecord> chunk = chunk(filter, before);
            for (DecisionRecord each : chunk) {
                before = each.gtrid();
                Entry.Decided entry = decided(each);
                if (matches(filter, entry, nowMillis)) {
                    found.add(entry);
                }
                if (found.size() == limit) {
                    return new Page(found, Optional.of(before.toString()));
                }
            }
            examined += chunk.size();
            if (chunk.size() < CHUNK) {
                return new Page(found, Optional.empty());
            }
        }
        return new Page(found, Optional.of(before.toString()));
    }

    @Override
    public List<HeuristicRecord> openHeuristics(int limit) {
        return heuristics.open(limit).stream()
                .map(PostgresTransactionRecords::heuristic)
                .toList();
    }

    @Override
    public int acknowledgeHeuristics(Gtrid gtrid, Operator operator) {
        CoordinatorCrashPoint.BEFORE_OPERATOR.reached(gtrid);
        int acknowledged =
                heuristics.acknowledgeAudited(Gtrid.mint().value(), gtrid.value(), operator.by(), operator.reason());
        CoordinatorCrashPoint.AFTER_OPERATOR.reached(gtrid);
        return acknowledged;
    }

    @Override
    public void audit(Gtrid gtrid, String action, Operator operator) {
        CoordinatorCrashPoint.BEFORE_OPERATOR.reached(gtrid);
        heuristics.audit(Gtrid.mint().value(), gtrid.value(), action, operator.by(), operator.reason());
        CoordinatorCrashPoint.AFTER_OPERATOR.reached(gtrid);
    }

    @Override
    public long countUnfinished() {
        return decisions.countUnfinished();
    }

    @Override
    public long countOpenHeuristics() {
        return heuristics.countOpen();
    }

    private List<DecisionRecord> chunk(Filter filter, UUID before) {
        return switch (filter.progress().orElse(Progress.FINISHED)) {
            case UNFINISHED -> decisions.newestUnfinished(before, CHUNK);
            case HEURISTIC -> decisions.newestHeuristic(before, CHUNK);
            case FINISHED -> decisions.newest(before, CHUNK);
        };
    }

    private Entry.Decided decided(DecisionRecord each) {
        DecisionRow row = DecisionStatements.row(
                new Gtrid(each.gtrid()), each.outcome(), each.batch(), each.decidedAt(), each.detail());
        return decided(row, log.progress(row, each.progress()));
    }

    private Entry.Decided decided(DecisionRow row, Progress progress) {
        // A finished or unfinished transaction may have some too; most have none, and are not asked about.
        List<HeuristicRecord> outcomes = progress == Progress.FINISHED
                ? List.of()
                : heuristics.of(row.gtrid().value()).stream()
                        .map(PostgresTransactionRecords::heuristic)
                        .toList();
        return new Entry.Decided(row, progress, Optional.empty(), outcomes);
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
