package io.assent.samples.demo;

import io.assent.api.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A place in the protocol at which a process is killed.
 *
 * @param victim what is killed
 * @param point where it is held meanwhile
 * @param time which time that the transaction comes by there
 * @param when the same in words
 * @param picture what must be true of the transaction that is held there; one that aborts, say, is let go
 */
record Crash(Victim victim, String point, Time time, String when, Predicate<InDoubt.Situation> picture) {

    private static final int BOTH = 2;

    /** What kind of process is killed. */
    enum Victim {
        /** A replica of the coordinator: any, and by that the owner of what it is held at. */
        REPLICA,
        BANK_SOUTH
    }

    enum Time {
        FIRST,
        /** It comes by for each of its branches. */
        SECOND
    }

    /** The places at which something could be lost. */
    static List<Crash> all() {
        return List.of(
                new Crash(
                        Victim.BANK_SOUTH,
                        "participant.commit.before",
                        Time.FIRST,
                        "between its vote and the outcome",
                        now -> isCommit(now) && now.preparedAt().contains("south")),
                new Crash(
                        Victim.REPLICA,
                        "coordinator.decision.before",
                        Time.FIRST,
                        "before the decision",
                        now -> now.row().isEmpty() && now.preparedAt().size() == BOTH),
                new Crash(
                        Victim.REPLICA,
                        "coordinator.decision.after",
                        Time.FIRST,
                        "right after the decision, nobody told",
                        now -> isCommit(now) && now.preparedAt().size() == BOTH),
                new Crash(
                        Victim.REPLICA,
                        "coordinator.deliver.before",
                        Time.SECOND,
                        "in the middle of phase two, one branch told",
                        now -> isCommit(now) && now.preparedAt().size() == 1));
    }

    private static boolean isCommit(InDoubt.Situation now) {
        return now.row().equals(Optional.of(Decision.COMMIT));
    }
}
