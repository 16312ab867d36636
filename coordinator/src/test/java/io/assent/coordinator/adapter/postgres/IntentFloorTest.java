package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.AbortReason;
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
import io.assent.coordinator.testing.TestPostgres;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An intent and the floor never part: a branch that can't ask would be left prepared with nobody to decide for it. */
class IntentFloorTest {

    private static final ListedBranch BRANCH = new ListedBranch(
            new BranchId(new ParticipantUrl("http://127.0.0.1:8081/assent"), new Bqual("a")),
            Inquiring.CANNOT,
            ListedBranch.PhaseTwo.TOLD,
            "");

    private final SystemScheduler scheduler = new SystemScheduler();
    private TestPostgres.Database database = new TestPostgres.Database("", "", "");
    private @Nullable PostgresDecisionLog opened;

    @BeforeEach
    void open() throws Exception {
        database = TestPostgres.database();
        opened = PostgresDecisionLog.open(
                LogSettings.defaults(database.url(), database.user(), database.password()),
                new LogMeans(UUID.randomUUID(), scheduler));
    }

    @AfterEach
    void close() {
        log().close();
        scheduler.close();
    }

    @Test
    void anIntentBelowTheFloorIsNotRecorded() throws Exception {
        Gtrid old = anHourTooOld();
        prune();

        try (Connection connection = database.connect()) {
            assertThat(BookkeepingStatements.recordIntent(connection, old, List.of(BRANCH), Duration.ZERO))
                    .isFalse();
            assertThat(BookkeepingStatements.recordIntent(connection, Gtrid.mint(), List.of(BRANCH), Duration.ZERO))
                    .isTrue();
        }
        assertThat(database.number("SELECT count(*) FROM intent WHERE gtrid = '" + old + "'"))
                .isZero();
    }

    @Test
    void theFloorStaysBelowAnIntentUntilItIsDecided() throws Exception {
        Gtrid old = anHourTooOld();
        record(old);

        prune();
        assertThat(belowFloor(old)).isFalse();
        assertThat(database.number("SELECT count(*) FROM floor WHERE gtrid = '" + old + "'"))
                .as("floors as high as the intent allows")
                .isEqualTo(1);

        AbortReason reason = new AbortReason(AbortReason.Code.DEADLINE_PASSED, "too late");
        CompletableFuture<Proposed> proposed = new CompletableFuture<>();
        log().propose(new Proposal(old, Decision.ABORT, List.of(BRANCH), reason, Map.of()), proposed::complete);
        assertThat(proposed.get(20, TimeUnit.SECONDS)).isInstanceOf(Proposed.Won.class);
        prune();
        assertThat(belowFloor(old)).isTrue();
    }

    private PostgresDecisionLog log() {
        return Objects.requireNonNull(opened);
    }

    private static Gtrid anHourTooOld() {
        return Gtrid.mint(System.currentTimeMillis() - Duration.ofHours(2).toMillis(), 1, 1);
    }

    private void prune() {
        long _ = new Pruner(log().dataSource(), Duration.ofHours(1), Duration.ofDays(90)).runOnce();
    }

    private boolean belowFloor(Gtrid gtrid) throws Exception {
        return database.number("SELECT count(*) FROM floor WHERE gtrid > '" + gtrid + "'") == 1;
    }

    private void record(Gtrid gtrid) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        log().recordIntent(gtrid, List.of(BRANCH), Duration.ZERO, () -> done.complete(null));
        done.get(20, TimeUnit.SECONDS);
    }
}
