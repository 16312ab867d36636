package io.assent.coordinator.protocol;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import java.util.List;
import java.util.Map;

/**
 * All that one replica knows of one global transaction. Only {@link Delivering} and {@link Finished} tell an outcome, and
 * they hold the row that says so (rule R4). Immutable.
 */
public sealed interface Conversation {

    Gtrid gtrid();

    /** What became of the intent, the durable list of branches that can't inquire (rule R23). */
    enum Intent {
        NONE,
        /** Asked to be recorded, not yet known to be durable. */
        RECORDING,
        DURABLE
    }

    /** Nothing is known here; that says nothing about the transaction. */
    record Unknown(Gtrid gtrid) implements Conversation {}

    /** Begun over the HTTP API; branches may still be enlisted. Lives in this replica's memory alone. */
    record Active(Gtrid gtrid, List<Branch> enlisted, Map<String, String> labels) implements Conversation {
        public Active {
            enlisted = List.copyOf(enlisted);
        }
    }

    /**
     * Commit was asked for and votes are missing.
     *
     * @param votes for each branch of the list whether its vote is still missing, by the same index
     */
    record Preparing(
            Gtrid gtrid,
            List<ListedBranch> list,
            List<VoteState> votes,
            Intent intent,
            Map<String, String> labels,
            List<Waiter> waiters)
            implements Conversation {
        public Preparing {
            list = List.copyOf(list);
            votes = List.copyOf(votes);
            waiters = List.copyOf(waiters);
        }
    }

    enum VoteState {
        MISSING,
        YES
    }

    /**
     * A proposal is on its way to the log; whichever row wins is the decision.
     *
     * @param known every branch that this replica has heard of
     */
    record Deciding(Gtrid gtrid, List<ListedBranch> known, Intent intent, List<Waiter> waiters)
            implements Conversation {
        public Deciding {
            known = List.copyOf(known);
            waiters = List.copyOf(waiters);
        }
    }

    /**
     * The row is known and is being carried to the branches.
     *
     * @param before what the log knew of phase two when this replica took it up
     */
    record Delivering(DecisionRow row, List<Target> targets, Intent intent, Progress before, List<Waiter> waiters)
            implements Conversation {
        public Delivering {
            targets = List.copyOf(targets);
            waiters = List.copyOf(waiters);
        }

        /** The requests that wait for more than the row. */
        public List<Long> tickets() {
            return waiters.stream().map(Waiter::ticket).toList();
        }

        Delivering withTargets(List<Target> newTargets) {
            return new Delivering(row, newTargets, intent, before, waiters);
        }

        Delivering withIntent(Intent newIntent) {
            return new Delivering(row, targets, newIntent, before, waiters);
        }

        Delivering withWaiters(List<Waiter> newWaiters) {
            return new Delivering(row, targets, intent, before, newWaiters);
        }

        @Override
        public Gtrid gtrid() {
            return row.gtrid();
        }
    }

    /** The row is known and every branch has acknowledged. */
    record Finished(DecisionRow row, Progress progress) implements Conversation {
        @Override
        public Gtrid gtrid() {
            return row.gtrid();
        }
    }

    /** Below the floor. */
    record Gone(Gtrid gtrid) implements Conversation {}

    /** A branch to which the decision is carried. */
    record Target(ListedBranch branch, TargetState state) {}

    enum TargetState {
        /** Told, or to be told, and has not acknowledged. */
        OPEN,
        /** Has answered with a heuristic outcome that is not yet durable. */
        RECORDING,
        DONE,
        /** The heuristic outcome is durable. */
        HEURISTIC
    }
}
