package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.context.TransactionScope;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstructionsTest {

    private Bank bank;
    private final TransactionScope scope = Bank.scope();

    @BeforeEach
    void open() throws SQLException {
        bank = Bank.open();
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    @Test
    void commitCommits() throws SQLException {
        Branch branch = bank.deposit(scope);

        assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.COMMITTED);
        assertThat(bank.database.balance(1)).isEqualTo(110);
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void aRepeatedCommitIsAcknowledgedByEvidenceAndDoesNothing() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.commit(scope, branch);

        assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.COMMITTED);
        assertThat(bank.database.balance(1)).isEqualTo(110);
    }

    @Test
    void aCommitOfABranchThatIsGoneIsNotAcknowledgedWithoutEvidence() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.commit(scope, branch);

        InstructionResult result = bank.tell(
                new Instruction(Action.COMMIT, scope.gtrid(), branch.id().bqual(), ""));
        assertThat(result.result()).isEqualTo(Result.HEURISTIC_HAZARD);
        assertThat(result.reason()).contains("nothing shows whether it was committed");
    }

    @Test
    void evidenceThatIsNoneIsTakenForNone() throws SQLException {
        for (String evidence : List.of("x", "-1", "0", "1e9", "99999999999999999999999", "1; DROP TABLE account")) {
            assertThat(bank.tell(new Instruction(Action.COMMIT, scope.gtrid(), Bqual.mint(), evidence))
                            .result())
                    .as(evidence)
                    .isEqualTo(Result.HEURISTIC_HAZARD);
        }
    }

    @Test
    void evidenceFromTheFutureOfARestoredDatabaseIsAHazardForCommitAndNothingForRollback() {
        String future = "9000000000000";

        assertThat(bank.tell(new Instruction(Action.COMMIT, scope.gtrid(), Bqual.mint(), future))
                        .result())
                .isEqualTo(Result.HEURISTIC_HAZARD);
        assertThat(bank.tell(new Instruction(Action.ROLLBACK, scope.gtrid(), Bqual.mint(), future))
                        .result())
                .isEqualTo(Result.ROLLED_BACK);
    }

    @Test
    void evidenceTooOldToKnowIsAHazard() {
        // xid 1 is the bootstrap transaction of initdb; 3 is the first of its successors, long forgotten.
        assertThat(bank.tell(new Instruction(Action.COMMIT, scope.gtrid(), Bqual.mint(), "3"))
                        .result())
                .isEqualTo(Result.HEURISTIC_HAZARD);
    }

    @Test
    void aCommitOfABranchRolledBackByHandIsHeuristic() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.database.execute("ROLLBACK PREPARED '" + Bank.gid(scope, branch) + "'");

        assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.HEURISTIC_ROLLBACK);
        assertThat(bank.database.balance(1)).isEqualTo(100);
    }

    @Test
    void rollbackRollsBackAndCanBeRepeated() throws SQLException {
        Branch branch = bank.deposit(scope);

        assertThat(bank.rollback(scope, branch).result()).isEqualTo(Result.ROLLED_BACK);
        assertThat(bank.rollback(scope, branch).result()).isEqualTo(Result.ROLLED_BACK);
        assertThat(bank.database.balance(1)).isEqualTo(100);
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void aRollbackOfABranchCommittedByHandIsHeuristic() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.database.execute("COMMIT PREPARED '" + Bank.gid(scope, branch) + "'");

        assertThat(bank.rollback(scope, branch).result()).isEqualTo(Result.HEURISTIC_COMMIT);
        assertThat(bank.database.balance(1)).isEqualTo(110);
    }

    @Test
    void aRollbackOfAnUnknownBranchIsDoneAlready() {
        assertThat(bank.tell(new Instruction(Action.ROLLBACK, Gtrid.mint(), Bqual.mint(), ""))
                        .result())
                .isEqualTo(Result.ROLLED_BACK);
    }

    @Test
    void aBranchStillInWorkIsNeitherAcknowledgedNorGivenUp() throws SQLException {
        try (Connection connection = bank.database.connect()) {
            connection.setAutoCommit(false);
            Bank.add(connection, 1, 10);
            String xid = TestDatabase.value(connection, "SELECT pg_current_xact_id()::text");

            for (Action action : List.of(Action.COMMIT, Action.ROLLBACK)) {
                assertThat(bank.tell(new Instruction(action, scope.gtrid(), Bqual.mint(), xid))
                                .result())
                        .isEqualTo(Result.RETRY);
            }
        }
    }

    @Test
    void prepareOfAPreparedBranchVotesAsBefore() throws SQLException {
        Branch branch = bank.deposit(scope);

        InstructionResult result = bank.prepare(scope, branch);
        assertThat(result.result()).isEqualTo(Result.PREPARED);
        assertThat(result.evidence()).isEqualTo(Bank.evidence(branch));
    }

    @Test
    void prepareOfAnUnknownBranchVotesNo() {
        InstructionResult result = bank.tell(new Instruction(Action.PREPARE, scope.gtrid(), Bqual.mint(), ""));

        assertThat(result.result()).isEqualTo(Result.NO);
        assertThat(result.reason()).contains("no such branch");
    }

    @Test
    void prepareOfARolledBackBranchVotesNo() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.rollback(scope, branch);

        assertThat(bank.prepare(scope, branch).result()).isEqualTo(Result.NO);
    }

    @Test
    void aBranchPreparedByAnotherInstanceIsFinishedHere() throws SQLException {
        Branch branch = bank.deposit(scope);
        PostgresSettings elsewhere = Bank.SETTINGS;
        try (PostgresParticipant other =
                PostgresParticipant.start(bank.database.dataSource(), elsewhere, bank.coordinator)) {
            Instruction commit =
                    new Instruction(Action.COMMIT, scope.gtrid(), branch.id().bqual(), Bank.evidence(branch));

            assertThat(other.instructions().handle(List.of(commit)).getFirst().result())
                    .isEqualTo(Result.COMMITTED);
        }
        assertThat(bank.database.balance(1)).isEqualTo(110);
    }

    @Test
    void aBatchIsAnsweredOneForOneWhateverBecomesOfTheOthers() throws SQLException {
        bank.database.execute("INSERT INTO account SELECT n, 100 FROM generate_series(3, 42) n");
        List<Instruction> batch = new ArrayList<>();
        for (int account = 3; account <= 42; account++) {
            TransactionScope each = Bank.scope();
            int number = account;
            bank.in(each, connection -> Bank.add(connection, number, 10));
            Branch branch = each.joined().branches().getFirst();
            batch.add(new Instruction(
                    account % 2 == 0 ? Action.COMMIT : Action.ROLLBACK,
                    each.gtrid(),
                    branch.id().bqual(),
                    Bank.evidence(branch)));
            batch.add(new Instruction(Action.PREPARE, Gtrid.mint(), Bqual.mint(), ""));
        }

        List<InstructionResult> results = InstructionJson.readResults(
                bank.participant.instructions().handle(InstructionJson.writeInstructions(batch)));

        assertThat(results)
                .extracting(InstructionResult::bqual)
                .containsExactlyInAnyOrderElementsOf(
                        batch.stream().map(Instruction::bqual).toList());
        assertThat(results.stream().filter(result -> result.result() == Result.COMMITTED))
                .hasSize(20);
        assertThat(bank.database.value("SELECT sum(balance) FROM account")).isEqualTo("4400");
        assertThat(bank.database.prepared()).isEmpty();
    }

    @Test
    void instructionsForTheSameBranchAreCarriedOutInTheirOrder() throws SQLException {
        Branch branch = bank.deposit(scope);
        Instruction rollback =
                new Instruction(Action.ROLLBACK, scope.gtrid(), branch.id().bqual(), Bank.evidence(branch));
        Instruction prepare =
                new Instruction(Action.PREPARE, scope.gtrid(), branch.id().bqual(), "");

        assertThat(bank.participant.instructions().handle(List.of(prepare, rollback, prepare)))
                .extracting(InstructionResult::result)
                .containsExactly(Result.PREPARED, Result.ROLLED_BACK, Result.NO);
    }

    @Test
    void repeatsOfACommitAtTheSameTimeCommitOnceAndAreAcknowledgedOrAskedAgain() throws Exception {
        int repeats = 6;
        try (ExecutorService executor = Executors.newFixedThreadPool(repeats)) {
            for (int round = 0; round < 20; round++) {
                TransactionScope each = Bank.scope();
                Branch branch = bank.deposit(each);
                List<Callable<InstructionResult>> calls = Collections.nCopies(repeats, () -> bank.commit(each, branch));
                List<Result> results = new ArrayList<>();
                for (Future<InstructionResult> call : executor.invokeAll(calls)) {
                    results.add(call.get().result());
                }
                assertThat(results).contains(Result.COMMITTED).isSubsetOf(Result.COMMITTED, Result.RETRY);
            }
        }
        assertThat(bank.database.balance(1)).isEqualTo(300);
    }

    @Test
    void instructionsWithoutADatabaseAreAskedAgain() throws SQLException {
        Branch branch = bank.deposit(scope);
        String name = bank.database.name();
        try (Connection admin = bank.database.connectElsewhere();
                Statement statement = admin.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false");
            statement.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity" + " WHERE datname = '" + name + "'");

            InstructionResult result = bank.commit(scope, branch);

            statement.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS true");
            assertThat(result.result()).isEqualTo(Result.RETRY);
            assertThat(result.reason()).contains("no database connection");
        }
        assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.COMMITTED);
    }

    @Test
    void outcomesWithAPoolOfTheirOwnDoNotWaitForWork() throws SQLException {
        Branch branch = bank.deposit(scope);
        AtomicBoolean workHasConnections = new AtomicBoolean(true);
        try (PostgresParticipant crowded = PostgresParticipant.start(
                refusingUnless(workHasConnections), bank.database.dataSource(), Bank.SETTINGS, bank.coordinator)) {
            workHasConnections.set(false);
            Instruction commit =
                    new Instruction(Action.COMMIT, scope.gtrid(), branch.id().bqual(), Bank.evidence(branch));

            assertThat(crowded.instructions().handle(List.of(commit)).getFirst().result())
                    .isEqualTo(Result.COMMITTED);
        }
    }

    /** Each COMMIT PREPARED waits for a flush, and those that wait at the same time share it. */
    @Test
    void theTransactionsOfABatchGetAConnectionEachAtTheSameTime() throws SQLException {
        int connections = Bank.SETTINGS.connectionsPerBatchMax();
        AtomicReference<CyclicBarrier> meeting = new AtomicReference<>();
        try (PostgresParticipant participant =
                PostgresParticipant.start(meetingAt(meeting), Bank.SETTINGS, bank.coordinator)) {
            meeting.set(new CyclicBarrier(connections));
            List<Instruction> batch = IntStream.range(0, connections)
                    .mapToObj(_ -> new Instruction(Action.ROLLBACK, Gtrid.mint(), Bqual.mint(), ""))
                    .toList();

            assertThat(participant.instructions().handle(batch))
                    .extracting(InstructionResult::result)
                    .containsOnly(Result.ROLLED_BACK);
        }
    }

    /** Who asks for a connection gets it when as many others ask as the barrier is for. */
    private DataSource meetingAt(AtomicReference<CyclicBarrier> meeting) {
        DataSource pool = bank.database.dataSource();
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    CyclicBarrier barrier = meeting.get();
                    if (barrier != null) {
                        try {
                            barrier.await(10, TimeUnit.SECONDS);
                        } catch (BrokenBarrierException | TimeoutException e) {
                            throw new SQLException("the others did not ask at the same time", e);
                        }
                    }
                    return method.invoke(pool, arguments);
                });
    }

    private DataSource refusingUnless(AtomicBoolean open) {
        DataSource pool = bank.database.dataSource();
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    if (!open.get()) {
                        throw new SQLException("the pool is exhausted");
                    }
                    return method.invoke(pool, arguments);
                });
    }

    @Test
    void aStaleConnectionInThePoolCostsARetryAtMost() throws SQLException {
        Branch branch = bank.deposit(scope);
        bank.database.killSessions();

        assertThat(bank.commit(scope, branch).result()).isIn(Result.COMMITTED, Result.RETRY);
        assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.COMMITTED);
    }

    @Test
    void aBqualThatThisServiceNeverMintsHarmsNothing() throws SQLException {
        Bqual foreign = new Bqual("_-_-_-");
        assertThat(bank.tell(new Instruction(Action.PREPARE, scope.gtrid(), foreign, ""))
                        .result())
                .isEqualTo(Result.NO);
        assertThat(bank.tell(new Instruction(Action.ROLLBACK, scope.gtrid(), foreign, ""))
                        .result())
                .isEqualTo(Result.ROLLED_BACK);
    }
}
