package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.Inquiry.Verdict;
import io.assent.context.TransactionScope;
import io.assent.participant.AbsencePolicy;
import io.assent.participant.SweepReport;
import io.assent.participant.SweepSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepTest {

    private Bank bank;
    private final Gtrid gtrid = Gtrid.mint();
    private final String gid = TestDatabase.overdue(gtrid).toString();

    @BeforeEach
    void open() throws SQLException {
        bank = Bank.open();
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    @Test
    void aBranchOfADeadInstanceIsCommittedWhenTheRowSaysCommit() throws SQLException {
        bank.database.prepare(gid, 1, 10);
        bank.coordinator.says(gtrid, Verdict.COMMIT);

        assertThat(bank.participant.sweep().sweep()).isEqualTo(new SweepReport(1, 1, 0, 0, 0, 0, ""));
        assertThat(bank.database.balance(1)).isEqualTo(110);
        assertThat(bank.coordinator.asked())
                .containsExactly(new Inquiry(
                        gtrid, BranchGid.parse("bank", gid).orElseThrow().bqual(), Inquiry.Deadline.PASSED));
    }

    @Test
    void itIsRolledBackWhenTheAnswerIsAbort() throws SQLException {
        bank.database.prepare(gid, 1, 10);
        bank.coordinator.says(gtrid, Verdict.ABORT);

        assertThat(bank.participant.sweep().sweep().rolledBack()).isEqualTo(1);
        assertThat(bank.database.balance(1)).isEqualTo(100);
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void itIsKeptWhileUndecided() throws SQLException {
        bank.database.prepare(gid, 1, 10);

        assertThat(bank.participant.sweep().sweep().pending()).isEqualTo(1);
        assertThat(bank.database.prepared()).containsExactly(gid);
    }

    @Test
    void absentBranchesAreHeldForAnOperatorByDefault() throws SQLException {
        bank.database.prepare(gid, 1, 10);
        bank.coordinator.says(gtrid, Verdict.ABSENT);

        assertThat(bank.participant.sweep().sweep().heldForOperator()).isEqualTo(1);
        assertThat(bank.participant.sweep().sweep().heldForOperator()).isEqualTo(1);
        assertThat(bank.database.prepared()).containsExactly(gid);
    }

    @Test
    void absentBranchesAreRolledBackWhereTheServiceSaysSo() throws SQLException {
        bank.close();
        bank = Bank.open(settings -> settings.withSweep(settings.sweep().withAbsence(AbsencePolicy.ROLLBACK)));
        bank.database.prepare(gid, 1, 10);
        bank.coordinator.says(gtrid, Verdict.ABSENT);

        assertThat(bank.participant.sweep().sweep().rolledBack()).isEqualTo(1);
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void aBranchIsNotAskedAboutBeforeItsDeadline() throws SQLException {
        TransactionScope scope = Bank.scope(Duration.ofMinutes(10));
        Branch branch = bank.deposit(scope);
        bank.coordinator.says(scope.gtrid(), Verdict.ABORT);

        assertThat(bank.participant.sweep().sweep()).isEqualTo(SweepReport.NONE);
        assertThat(bank.database.prepared())
                .containsExactly(Bank.gid(scope, branch).toString());
    }

    @Test
    void itIsAskedAboutOnceItsDeadlineHasPassed() throws SQLException {
        TransactionScope scope = Bank.scope(Duration.ofSeconds(2));
        bank.deposit(scope);
        bank.coordinator.says(scope.gtrid(), Verdict.COMMIT);

        Eventually.true_("committed", () -> bank.participant.sweep().sweep().committed() == 1);
        assertThat(bank.database.balance(1)).isEqualTo(110);
    }

    @Test
    void whatIsNotThisServicesBranchIsLeftAlone() throws SQLException {
        String bqual = "0-" + Bqual.mint();
        List<String> foreign = List.of(
                "assent:bank-2:" + gtrid + ":" + bqual,
                "assent:ban:" + gtrid + ":" + bqual,
                "assent:bank:" + gtrid + ":" + bqual + " ",
                "assent:bank:" + gtrid.toString().toUpperCase(java.util.Locale.ROOT) + ":" + bqual,
                "assent:bank:" + gtrid + ":" + Bqual.mint(),
                "assent:bank:nonsense",
                "assent:bank:",
                "assent-probe:bank:" + bqual,
                "other");
        for (String each : foreign) {
            bank.database.execute("INSERT INTO account VALUES (" + (3 + foreign.indexOf(each)) + ", 100)");
            bank.database.prepare(each, 3 + foreign.indexOf(each), 10);
        }
        bank.coordinator.says(gtrid, Verdict.ABORT);

        assertThat(bank.participant.sweep().sweep()).isEqualTo(SweepReport.NONE);
        assertThat(bank.coordinator.asked()).isEmpty();
        assertThat(bank.database.prepared()).containsExactlyInAnyOrderElementsOf(foreign);
    }

    @Test
    void branchesInOtherDatabasesOfTheServerAreLeftAlone() throws SQLException {
        try (TestDatabase other = TestDatabase.create()) {
            other.prepare(gid, 1, 10);
            bank.coordinator.says(gtrid, Verdict.ABORT);

            assertThat(bank.participant.sweep().sweep()).isEqualTo(SweepReport.NONE);
            assertThat(other.prepared()).containsExactly(gid);
        }
    }

    @Test
    void anUnreachableCoordinatorEndsNothingAndIsReported() throws SQLException {
        bank.database.prepare(gid, 1, 10);
        bank.coordinator.says(gtrid, Verdict.COMMIT);
        bank.coordinator.goesDown();

        SweepReport report = bank.participant.sweep().sweep();
        assertThat(report.failure()).contains("the coordinator can't be reached");
        assertThat(bank.database.prepared()).containsExactly(gid);

        bank.coordinator.comesBack();
        assertThat(bank.participant.sweep().sweep().committed()).isEqualTo(1);
    }

    @Test
    void sweepsOfSeveralInstancesAtOnceEndEachBranchOnce() throws Exception {
        bank.database.execute("INSERT INTO account SELECT n, 100 FROM generate_series(3, 22) n");
        for (int account = 3; account <= 22; account++) {
            Gtrid each = Gtrid.mint();
            bank.database.prepare(TestDatabase.overdue(each).toString(), account, 10);
            bank.coordinator.says(each, Verdict.COMMIT);
        }
        try (PostgresParticipant second =
                        PostgresParticipant.start(bank.database.dataSource(), Bank.SETTINGS, bank.coordinator);
                ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Future<SweepReport> here =
                    executor.submit(() -> bank.participant.sweep().sweep());
            Future<SweepReport> there = executor.submit(() -> second.sweep().sweep());

            assertThat(List.of(here.get(), there.get())).allSatisfy(report -> {
                assertThat(report.heuristic()).isZero();
                assertThat(report.failure()).isEmpty();
            });
            Eventually.true_("all ended", () -> second.sweep().sweep().inDoubt() == 0);
        }
        assertThat(bank.database.value("SELECT sum(balance) FROM account")).isEqualTo("2400");
    }

    @Test
    void theParticipantSweepsByItselfFromItsStart() throws SQLException {
        bank.database.prepare(gid, 1, 10);
        bank.coordinator.says(gtrid, Verdict.COMMIT);
        SweepSettings quick =
                SweepSettings.DEFAULT.withFirstAfter(Duration.ZERO).withInterval(Duration.ofMillis(20));
        try (PostgresParticipant instance = PostgresParticipant.start(
                bank.database.dataSource(), Bank.SETTINGS.withSweep(quick), bank.coordinator)) {
            Eventually.true_("committed", () -> bank.database.prepared().isEmpty());

            Gtrid later = Gtrid.mint();
            bank.coordinator.says(later, Verdict.ABORT);
            bank.database.prepare(TestDatabase.overdue(later).toString(), 2, 10);
            Eventually.true_("rolled back", () -> bank.database.prepared().isEmpty());
            assertThat(instance.sweep().last().failed()).isFalse();
        }
        assertThat(List.of(bank.database.balance(1), bank.database.balance(2))).containsExactly(110, 100);
    }
}
