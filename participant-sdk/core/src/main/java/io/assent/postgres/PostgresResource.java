package io.assent.postgres;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.participant.BranchResource;
import io.assent.participant.InDoubtBranch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The branches of one service in one database. A batch goes over several connections at once: every COMMIT PREPARED
 * waits for a flush of the log to disk (there is no asynchronous one), and what waits at the same time shares it.
 */
final class PostgresResource implements BranchResource, AutoCloseable {

    /** Fewer instructions than this are not worth a connection more. */
    private static final int LANE_LENGTH_MIN = 4;

    private static final int BATCHES_AT_ONCE_MAX = 4;
    private static final long THREAD_IDLE_SECONDS = 30;

    private final DataSource dataSource;
    private final PostgresSettings settings;
    private final @Nullable HeldBranches held;
    private final ThreadPoolExecutor lanes;

    PostgresResource(DataSource dataSource, PostgresSettings settings, @Nullable HeldBranches held) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.held = held;
        this.lanes = new ThreadPoolExecutor(
                0,
                settings.connectionsPerBatchMax() * BATCHES_AT_ONCE_MAX,
                THREAD_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "assent-" + settings.service() + "-instructions");
                    thread.setDaemon(true);
                    return thread;
                },
                // In the caller when all threads are busy, and also after close(): a batch is never dropped.
                (task, pool) -> task.run());
    }

    @Override
    public List<InstructionResult> carryOut(List<Instruction> instructions) {
        int worthwhile = (instructions.size() + LANE_LENGTH_MIN - 1) / LANE_LENGTH_MIN;
        int count = Math.max(1, Math.min(settings.connectionsPerBatchMax(), worthwhile));
        if (count == 1) {
            return carryOutInLane(instructions);
        }
        List<Future<List<InstructionResult>>> running = new ArrayList<>();
        for (List<Instruction> lane : byTransaction(instructions, count)) {
            running.add(started(() -> carryOutInLane(lane)));
        }
        List<InstructionResult> results = new ArrayList<>(instructions.size());
        for (Future<List<InstructionResult>> lane : running) {
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
        lanes.shutdown();
    }

    private List<InstructionResult> carryOutInLane(List<Instruction> instructions) {
        try (InstructionLane lane = new InstructionLane(dataSource, settings.service(), held)) {
            return lane.carryOut(instructions);
        }
    }

    /** Splits a batch so that all instructions of a transaction stay together, in their order. */
    private static List<List<Instruction>> byTransaction(List<Instruction> instructions, int count) {
        List<List<Instruction>> split = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            split.add(new ArrayList<>());
        }
        for (Instruction instruction : instructions) {
            split.get(Math.floorMod(instruction.gtrid().hashCode(), count)).add(instruction);
        }
        split.removeIf(List::isEmpty);
        return split;
    }

    private Future<List<InstructionResult>> started(Callable<List<InstructionResult>> lane) {
        FutureTask<List<InstructionResult>> task = new FutureTask<>(lane);
        lanes.execute(task);
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
