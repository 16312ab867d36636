package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.SystemScheduler;
import io.assent.coordinator.engine.port.DecisionLog.Proposed;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.testing.TestPostgres.Database;
import io.assent.coordinator.testing.TestPostgres.Embedded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Measures what docs/SCALING.md says of the log alone. Takes the whole machine, and so runs only when asked for. */
@EnabledIfSystemProperty(named = "assent.capacity", matches = "true")
class LogCapacityTest {

    private static final int WARM_UP_SECONDS = 6;
    private static final int SECONDS = 10;
    private static final Map<String, String> LARGE = Map.of("max_wal_size", "16GB", "checkpoint_timeout", "1h");
    private static final String WAL = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";
    private static final String FLUSHES =
            "SELECT coalesce(sum(fsyncs), 0)::bigint FROM pg_stat_io WHERE object = 'wal'";

    @ParameterizedTest
    @CsvSource({"1, 64", "1, 512", "2, 1024"})
    void decisionsInAClosedLoop(int logs, int inFlight) throws Exception {
        List<Embedded> servers = new ArrayList<>();
        for (int i = 0; i < logs; i++) {
            servers.add(Embedded.start(LARGE));
        }
        List<Database> databases = servers.stream().map(Embedded::database).toList();
        List<LogSettings> settings = databases.stream()
                .map(d -> LogSettings.defaults(d.url(), d.user(), d.password()))
                .toList();
        try (SystemScheduler scheduler = new SystemScheduler();
                SplitDecisionLog log = SplitDecisionLog.open(settings, new LogMeans(UUID.randomUUID(), scheduler))) {
            LongAdder decided = new LongAdder();
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < inFlight; i++) {
                next(log, decided, over);
            }
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long rows = decided.sum();
            long wal = sum(databases, WAL);
            long flushes = sum(databases, FLUSHES);
            long started = System.nanoTime();
            TimeUnit.SECONDS.sleep(SECONDS);
            double count = decided.sum() - rows;
            double seconds = (System.nanoTime() - started) / 1e9;
            wal = sum(databases, WAL) - wal;
            flushes = sum(databases, FLUSHES) - flushes;
            over.set(true);
            long batches = log.logs().stream()
                    .mapToLong(each -> each.statistics().batches())
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "logs=%d in_flight=%d decisions_per_s=%.0f wal_bytes=%.0f flushes=%.4f bytes_per_row=%.0f per_statement=%.0f%n",
                    logs,
                    inFlight,
                    count / seconds,
                    wal / count,
                    flushes / count,
                    sum(databases, "SELECT pg_total_relation_size('decision')")
                            / (double) sum(databases, "SELECT count(*) FROM decision"),
                    decided.sum() / (double) batches);
            assertThat(count).isPositive();
        } finally {
            for (Embedded server : servers) {
                server.close();
            }
        }
    }

    private static void next(SplitDecisionLog log, LongAdder decided, AtomicBoolean over) {
        log.propose(transfer(), proposed -> {
            decided.increment();
            if (proposed instanceof Proposed.Won won) {
                log.noteFinished(won.row());
            }
            if (!over.get()) {
                next(log, decided, over);
            }
        });
    }

    private static Proposal transfer() {
        return new Proposal(Gtrid.mint(), Decision.COMMIT, List.of(branch(8081), branch(8082)), null, Map.of());
    }

    private static ListedBranch branch(int port) {
        ParticipantUrl participant = new ParticipantUrl("http://127.0.0.1:" + port + "/assent");
        BranchId id = new BranchId(participant, Bqual.mint());
        return new ListedBranch(id, Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "123456");
    }

    private static long sum(List<Database> databases, String sql) throws Exception {
        long sum = 0;
        for (Database database : databases) {
            sum += database.number(sql);
        }
        return sum;
    }
}
