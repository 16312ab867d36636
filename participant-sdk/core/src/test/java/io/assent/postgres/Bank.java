package io.assent.postgres;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.SweepSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A participant on a fresh database. It sweeps only when a test tells it to. */
public final class Bank implements AutoCloseable {

    static final ParticipantUrl URL = new ParticipantUrl("http://127.0.0.1:8081/assent");
    static final PostgresSettings SETTINGS =
            PostgresSettings.of("bank", URL).withSweep(SweepSettings.DEFAULT.withFirstAfter(Duration.ofHours(1)));

    final TestDatabase database;
    final ScriptedCoordinator coordinator;
    final PostgresParticipant participant;

    private Bank(TestDatabase database, PostgresSettings settings) {
        this.database = database;
        this.coordinator = new ScriptedCoordinator();
        this.participant = PostgresParticipant.start(database.dataSource(), settings, coordinator);
    }

    static Bank open() throws SQLException {
        return open(UnaryOperator.identity());
    }

    static Bank open(UnaryOperator<PostgresSettings> change) throws SQLException {
        return new Bank(TestDatabase.create(), change.apply(SETTINGS));
    }

    static Bank on(TestDatabase database) {
        return new Bank(database, SETTINGS);
    }

    static TransactionScope scope() {
        return scope(Duration.ofSeconds(30));
    }

    static TransactionScope scope(Duration remaining) {
        return TransactionScope.open(new TransactionContext(Gtrid.mint(), remaining));
    }

    /** Runs work in the scope, as the service would while it serves a request. */
    void in(TransactionScope scope, BranchAction<SQLException> work) throws SQLException {
        try (var _ = scope.bind()) {
            participant.run(work);
        }
    }

    /** Adds 10 to account 1 as a branch of the scope. */
    Branch deposit(TransactionScope scope) throws SQLException {
        in(scope, connection -> add(connection, 1, 10));
        return scope.joined().branches().getLast();
    }

    static void add(Connection connection, int account, int amount) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE account SET balance = balance + " + amount + " WHERE id = " + account);
        }
    }

    InstructionResult prepare(TransactionScope scope, Branch branch) {
        return tell(Instruction.Action.PREPARE, scope, branch);
    }

    InstructionResult commit(TransactionScope scope, Branch branch) {
        return tell(Instruction.Action.COMMIT, scope, branch);
    }

    InstructionResult rollback(TransactionScope scope, Branch branch) {
        return tell(Instruction.Action.ROLLBACK, scope, branch);
    }

    InstructionResult tell(Instruction.Action action, TransactionScope scope, Branch branch) {
        return tell(new Instruction(action, scope.gtrid(), branch.id().bqual(), evidence(branch)));
    }

    InstructionResult tell(Instruction instruction) {
        return participant.instructions().handle(List.of(instruction)).getFirst();
    }

    static String evidence(Branch branch) {
        return branch.vote() instanceof Vote.Prepared(String evidence) ? evidence : "";
    }

    static BranchGid gid(TransactionScope scope, Branch branch) {
        return new BranchGid("bank", scope.gtrid(), branch.id().bqual());
    }

    /** What must hold after every test: nothing borrowed is left, and nothing came back dirty. */
    @Override
    public void close() throws SQLException {
        participant.close();
        if (database.pool().borrowed() != 0 || database.pool().dirty() != 0) {
            throw new AssertionError("connections not given back: "
                    + database.pool().borrowed() + ", given back dirty: "
                    + database.pool().dirty());
        }
        database.close();
    }
}
