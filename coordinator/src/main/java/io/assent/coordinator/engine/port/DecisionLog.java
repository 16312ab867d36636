package io.assent.coordinator.engine.port;

import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The coordinator's only durable state. A transaction is decided by inserting its row; the first one wins, for ever
 * (rule R1).
 *
 * <p>Thread-safe. Methods with a consumer return at once and never throw for reasons of the log's health; the consumer
 * is called exactly once, from any thread, and must not block. As long as the log can't say, it is not called: a write
 * whose result is unknown is run again until it is known (rule R3).
 */
public interface DecisionLog {

    /**
     * Proposes a decision and tells the winning row, whoever proposed it, once that is durable where it must survive
     * (rules R1 to R4, R11, R17, R18). Proposals of many transactions share one statement.
     */
    void propose(Proposal proposal, Consumer<Proposed> then);

    /** What became of a proposal. */
    sealed interface Proposed {

        /** This row won. */
        record Won(DecisionRow row, Progress progress) implements Proposed {}

        /** The id lies below the pruning floor; there is no row, as one snapshot says (rule R13). */
        record BelowFloor() implements Proposed {}

        /** The queue was full or the log is closed; the proposal was certainly never sent. */
        record Refused() implements Proposed {}

        /** A row won, and it can't be read here: damaged, or of a newer version. The outcome stays unknown here. */
        record Unreadable() implements Proposed {}
    }

    /** Reads rows, floor and progress in one snapshot (rules R13, R18). Ids are answered in the map without exception. */
    void read(Collection<Gtrid> gtrids, Consumer<Map<Gtrid, Found>> then);

    /** What the log has of an id. */
    sealed interface Found {
        record Row(DecisionRow row, Progress progress) implements Found {}

        record NoRow() implements Found {}

        record BelowFloor() implements Found {}

        /** The log, or this row of it, can't be read now. */
        record Unavailable() implements Found {}
    }

    /** Every branch of the row's transaction has acknowledged. Durable some time later; losing it costs a repeat. */
    void noteFinished(DecisionRow row);

    /**
     * Makes the branches that can't inquire durable before their first prepare (rule R23), in addition to those of any
     * other intent of the same transaction. The consumer is called when they are; or never, as below the floor, and then
     * nothing is prepared.
     */
    void recordIntent(Gtrid gtrid, List<ListedBranch> branches, Duration remaining, Runnable then);

    /**
     * These branches are resolved. The intent goes if it names no others, and stays otherwise (rule R23). Durable some
     * time later.
     */
    void dropIntent(Gtrid gtrid, Collection<BranchId> resolved);

    /** Records a heuristic outcome; repeated for the same branch it keeps the first. Called back when durable. */
    void recordHeuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic, Runnable then);

    /** What people call the log that has this id; empty if there is only one. */
    default Optional<String> nameOf(Gtrid gtrid) {
        return Optional.empty();
    }

    /**
     * What is tracked of an unfinished transaction.
     *
     * @param writer the incarnation of the replica that wrote the decision; empty if it is not known
     * @param age since the decision, by the log's clock
     */
    record Tracked(Gtrid gtrid, Optional<UUID> writer, Duration age) {}

    /**
     * @param deadline by the log's clock
     * @param overdue how long ago that was, by the same clock
     */
    record OverdueIntent(Gtrid gtrid, List<ListedBranch> branches, Instant deadline, Duration overdue) {}

    /** Where a page of unfinished transactions ended. */
    record Cursor(UUID batch) {}

    /**
     * @param rows decided, unfinished and wanted
     * @param next where to go on; empty at the end
     * @param available UNAVAILABLE if the log could not be read
     */
    record Page(List<DecisionRow> rows, Optional<Cursor> next, Availability available) {}

    enum Availability {
        AVAILABLE,
        UNAVAILABLE
    }
}
