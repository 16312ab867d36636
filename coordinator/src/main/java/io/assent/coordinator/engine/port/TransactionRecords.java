package io.assent.coordinator.engine.port;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the decision log has for people: status, lists, heuristic outcomes and their acknowledgement. Thread-safe. Every
 * method blocks, and throws a {@link RuntimeException} if the log can't be read or written now. Of several logs one may be silent:
 * what concerns its transactions then throws a {@link LogSilentException}, and lists say what they are without.
 */
public interface TransactionRecords {

    Entry find(Gtrid gtrid);

    /** What the log has of an id. */
    sealed interface Entry {
        /**
         * @param finishedAt when the last branch had acknowledged; empty if it is not known or has not come
         * @param heuristics the heuristic outcomes of its branches
         */
        record Decided(
                DecisionRow row, Progress progress, Optional<Instant> finishedAt, List<HeuristicRecord> heuristics)
                implements Entry {}

        /** No row; the log may still hold an intent. */
        record Undecided() implements Entry {}

        record BelowFloor() implements Entry {}
    }

    /** Decided transactions, newest first.
     * @param cursor where the page before ended */
    Page list(Filter filter, Optional<String> cursor, int limit);

    /**
     * @param next the cursor of the next page; empty at the end
     * @param missing the logs that did not answer, as people call them: what they have is not in the page
     */
    record Page(List<Entry.Decided> transactions, Optional<String> next, List<String> missing) {}

    /** Heuristic outcomes that nobody has acknowledged, oldest first. */
    OpenHeuristics openHeuristics(int limit);

    /** @param missing the logs that did not answer: what they have is not in the list */
    record OpenHeuristics(List<HeuristicRecord> heuristics, List<String> missing) {}

    /** Marks what is open of a transaction as acknowledged, and keeps who did so and why.
     * @return how many there were */
    int acknowledgeHeuristics(Gtrid gtrid, Operator operator);

    /** Decided transactions of which some branch may not have acknowledged. */
    long countUnfinished();

    /** Heuristic outcomes that nobody has acknowledged. */
    long countOpenHeuristics();

    /** Keeps who did what by hand, and why. */
    void audit(Gtrid gtrid, String action, Operator operator);

    /** @param acknowledged who has seen it; empty while it is open */
    record HeuristicRecord(
            Gtrid gtrid,
            BranchId branch,
            Acknowledgement.Heuristic heuristic,
            Instant recordedAt,
            Optional<String> acknowledged) {}

    /** Who did something by hand, and why. */
    record Operator(String by, String reason) {}

    /** Which transactions; what is empty does not restrict. */
    record Filter(
            Optional<Decision> decision,
            Optional<Progress> progress,
            Optional<String> participant,
            Optional<Label> label,
            Optional<Duration> ageMin,
            Optional<Duration> ageMax) {}

    record Label(String key, String value) {}
}
