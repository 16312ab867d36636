package io.assent.postgres;

import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.participant.BranchResource;
import io.assent.participant.InDoubtBranch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The branches of one service in one database. A batch goes over several connections at once: every COMMIT PREPARED
 * waits for a flush of the log to disk (there is no asynchronous one), and what waits at the same time shares it. So each
 * transaction gets a connection of its own as long as there are any.
 */
final class PostgresResource implements BranchResource, AutoCloseable {

    private static final int BATCHES_AT_ONCE_MAX = 4;

    private final DataSource dataSource;
    private final PostgresSettings settings;
    private final @Nullable HeldBranches held;
    private final InstructionThreads threads;

    PostgresResource(DataSource dataSource, PostgresSettings settings, @Nullable HeldBranches held) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.held = held;
        this.threads =
                InstructionThreads.of(settings.service(), settings.connectionsPerBatchMax() * BATCHES_AT_ONCE_MAX);
    }

    @Override
    public List<InstructionResult> carryOut(List<Instruction> instructions) {
        if (instructions.isEmpty()) {
            return List.of();
        }
        List<List<Instruction>> lanes = byTransaction(instructions, settings.connectionsPerBatchMax());
        List<Future<List<InstructionResult>>> elsewhere = new ArrayList<>();
        for (List<Instruction> lane : lanes.subList(1, lanes.size())) {
            elsewhere.add(started(() -> carryOutInLane(lane)));
        }
        List<InstructionResult> results = new ArrayList<>(instructions.size());
        results.addAll(carryOutInLane(lanes.get(0)));
        for (Future<List<InstructionResult>> lane : elsewhere) {
            results.addAll(resultsOf(lane));
        }
        return results;
    }

    @Override
    public List<InDoubtBranch> inDoubt() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommitBefore = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try {
                return PreparedTransactions.pastDeadline(connection, settings.service());
            } finally {
                connection.setAutoCommit(autoCommitBefore);
            }
        }
    }

    @Override
    public void close() {
        threads.close();
    }

    private List<InstructionResult> carryOutInLane(List<Instruction> instructions) {
        try (InstructionLane lane = new InstructionLane(dataSource, settings.service(), held)) {
            return lane.carryOut(instructions);
        }
    }

    /** Splits a batch evenly, so that all instructions of a transaction stay together, in their order. */
    private static List<List<Instruction>> byTransaction(List<Instruction> instructions, int lanesMax) {
        List<List<Instruction>> lanes = new ArrayList<>();
        Map<Gtrid, List<Instruction>> laneOf = new HashMap<>();
        for (Instruction instruction : instructions) {
            List<Instruction> lane = laneOf.computeIfAbsent(instruction.gtrid(), gtrid -> {
                if (lanes.size() < lanesMax) {
                    lanes.add(new ArrayList<>());
                    return lanes.get(lanes.size() - 1);
                }
                return lanes.get(laneOf.size() % lanesMax);
            });
            lane.add(instruction);
        }
        return lanes;
    }

    private Future<List<InstructionResult>> started(Callable<List<InstructionResult>> lane) {
        FutureTask<List<InstructionResult>> task = new FutureTask<>(lane);
        threads.execute(task);
        return task;
    }

    private static List<InstructionResult> resultsOf(Future<List<InstructionResult>> lane) {
        try {
            return lane.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while instructions were carried out", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lane of instructions failed", e.getCause());
        }
    }
}
