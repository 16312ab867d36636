package io.assent.postgres;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.Vote;
import io.assent.participant.Ending;
import io.assent.participant.Endings;
import io.assent.participant.ParticipantCrashPoint;
import io.assent.postgres.PreparedTransactions.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out instructions one after the other on one connection, in autocommit: COMMIT PREPARED can't run in a
 * transaction. Whatever fails is RETRY with the reason. For one thread.
 */
final class InstructionLane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InstructionLane.class);
    private static final int VALID_SECONDS_MAX = 2;

    private final DataSource dataSource;
    private final String service;
    private final @Nullable HeldBranches held;
    private @Nullable Connection connection;
    private boolean autoCommitBefore = true;

    InstructionLane(DataSource dataSource, String service, @Nullable HeldBranches held) {
        this.dataSource = dataSource;
        this.service = service;
        this.held = held;
    }

    List<InstructionResult> carryOut(List<Instruction> instructions) {
        List<InstructionResult> results = new ArrayList<>(instructions.size());
        String unreachable = null;
        for (Instruction instruction : instructions) {
            // First, for it has a connection already: held branches may have all that there are.
            Optional<InstructionResult> fromHeld = toHeld(instruction);
            if (fromHeld.isPresent()) {
                results.add(fromHeld.get());
                continue;
            }
            if (unreachable == null) {
                unreachable = connect();
            }
            results.add(
                    unreachable == null
                            ? carryOut(instruction)
                            : InstructionResult.because(instruction, Result.RETRY, unreachable));
        }
        return results;
    }

    /** What a branch that is held open says; empty if it is not, or can't be. */
    private Optional<InstructionResult> toHeld(Instruction instruction) {
        if (held == null) {
            return Optional.empty();
        }
        BranchGid gid = new BranchGid(service, instruction.gtrid(), instruction.bqual());
        return switch (instruction.action()) {
            case PREPARE -> held.prepare(gid).map(answer -> answer.toPrepare(instruction));
            case ROLLBACK -> {
                ParticipantCrashPoint.BEFORE_ROLLBACK.reached(gid.gtrid());
                yield held.rollback(gid).map(answer -> answer.toRollback(instruction));
            }
            case COMMIT -> Optional.empty();
        };
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open == null) {
            return;
        }
        try (open) {
            if (!autoCommitBefore) {
                open.setAutoCommit(false);
            }
        } catch (SQLException e) {
            LOG.debug("A connection could not be given back clean; its pool finds it broken", e);
        }
    }

    /** Makes sure of a connection; says why if there is none to be had. */
    private @Nullable String connect() {
        if (connection != null) {
            return null;
        }
        try {
            connection = dataSource.getConnection();
            autoCommitBefore = connection.getAutoCommit();
            connection.setAutoCommit(true);
            return null;
        } catch (SQLException e) {
            LOG.warn("No connection to carry out instructions, they will be asked again: service={}", service, e);
            close();
            return "no database connection: " + e.getMessage();
        }
    }

    private InstructionResult carryOut(Instruction instruction) {
        BranchGid gid = new BranchGid(service, instruction.gtrid(), instruction.bqual());
        Connection open = Objects.requireNonNull(connection);
        try {
            return switch (instruction.action()) {
                case PREPARE -> prepare(open, instruction, gid);
                case COMMIT -> commit(open, instruction, gid);
                case ROLLBACK -> rollback(open, instruction, gid);
            };
        } catch (SQLException e) {
            if (SqlStates.is(e, SqlStates.NOT_IN_PREREQUISITE_STATE)) {
                return InstructionResult.because(instruction, Result.RETRY, String.valueOf(e.getMessage()));
            }
            LOG.warn("Instruction failed, it will be asked again: action={} gid={}", instruction.action(), gid, e);
            dropIfBroken(open);
            return InstructionResult.because(instruction, Result.RETRY, String.valueOf(e.getMessage()));
        }
    }

    private InstructionResult prepare(Connection open, Instruction instruction, BranchGid gid) throws SQLException {
        Optional<String> evidence = PreparedTransactions.evidenceOf(open, gid);
        if (evidence.isPresent()) {
            return InstructionResult.ofVote(instruction, new Vote.Prepared(evidence.get()));
        }
        return InstructionResult.because(
                instruction,
                Result.NO,
                "no such branch: never here, rolled back, or lost by a restart while held open");
    }

    private InstructionResult commit(Connection open, Instruction instruction, BranchGid gid) throws SQLException {
        ParticipantCrashPoint.BEFORE_COMMIT.reached(gid.gtrid());
        if (!execute(open, gid.commitSql())) {
            Status status = PreparedTransactions.statusOf(open, instruction.evidence());
            return PreparedTransactions.endingForCommit(status)
                    .map(ending -> Endings.afterCommit(instruction, ending))
                    .orElseGet(() -> beingEnded(instruction));
        }
        ParticipantCrashPoint.AFTER_COMMIT.reached(gid.gtrid());
        return Endings.afterCommit(instruction, Ending.COMMITTED);
    }

    private InstructionResult rollback(Connection open, Instruction instruction, BranchGid gid) throws SQLException {
        if (held == null) {
            ParticipantCrashPoint.BEFORE_ROLLBACK.reached(gid.gtrid());
        }
        if (!execute(open, gid.rollbackSql())) {
            if (instruction.evidence().isEmpty()) {
                return Endings.afterRollback(instruction, Ending.ROLLED_BACK);
            }
            Status status = PreparedTransactions.statusOf(open, instruction.evidence());
            return PreparedTransactions.endingForRollback(status)
                    .map(ending -> Endings.afterRollback(instruction, ending))
                    .orElseGet(() -> beingEnded(instruction));
        }
        ParticipantCrashPoint.AFTER_ROLLBACK.reached(gid.gtrid());
        return Endings.afterRollback(instruction, Ending.ROLLED_BACK);
    }

    /** @return false if there is no such prepared transaction, which by itself says nothing about how it ended */
    private static boolean execute(Connection open, String sql) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            if (SqlStates.is(e, SqlStates.UNDEFINED_OBJECT)) {
                return false;
            }
            throw e;
        }
    }

    private static InstructionResult beingEnded(Instruction instruction) {
        return InstructionResult.because(instruction, Result.RETRY, "the branch is being prepared or ended right now");
    }

    private void dropIfBroken(Connection open) {
        boolean valid;
        try {
            valid = open.isValid(VALID_SECONDS_MAX);
        } catch (SQLException e) {
            valid = false;
        }
        if (!valid) {
            close();
        }
    }
}
