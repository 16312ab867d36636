package io.assent.coordinator.protocol;

import io.assent.api.AbortReason;
import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The row that won: what the decision log says of one transaction, for ever. Whoever holds one read it from a durable
 * row (rules R2, R4, R18).
 *
 * @param batch the batch in which the row was written; unfinished transactions are tracked by batch
 * @param decidedAt by the log's clock
 */
public record DecisionRow(
        Gtrid gtrid,
        Decision decision,
        List<ListedBranch> branches,
        @Nullable AbortReason reason,
        Map<String, String> labels,
        UUID batch,
        Instant decidedAt) {

    public DecisionRow {
        branches = List.copyOf(branches);
    }

    public Optional<AbortReason> abortReason() {
        return Optional.ofNullable(reason);
    }

    /** COMMIT is told only to branches in the row's list; any other branch is told ABORT (rule R8). */
    public Decision decisionFor(BranchId branch) {
        boolean listed = decision == Decision.COMMIT && branches.stream().anyMatch(b -> b.id().equals(branch));
        return listed ? Decision.COMMIT : Decision.ABORT;
    }

    /** What a branch in doubt that inquires is told (rule R8). */
    public Inquiry.Verdict verdictFor(Bqual bqual) {
        boolean listed = branches.stream().anyMatch(b -> b.id().bqual().equals(bqual));
        return listed && decision == Decision.COMMIT ? Inquiry.Verdict.COMMIT : Inquiry.Verdict.ABORT;
    }

    /** Whether the row lists exactly these branches, in whatever order, read-only ones included (rules R9, R20). */
    public boolean lists(Collection<BranchId> asked) {
        return listsInOrder(asked) || listsInAnyOrder(asked);
    }

    /** Almost always so, and much cheaper. */
    private boolean listsInOrder(Collection<BranchId> asked) {
        Iterator<BranchId> each = asked.iterator();
        return asked.size() == branches.size() && branches.stream().allMatch(b -> b.id().equals(each.next()));
    }

    private boolean listsInAnyOrder(Collection<BranchId> asked) {
        return listed().equals(new TreeSet<>(asked));
    }

    /** The branches that the row lists, read-only ones included. */
    public SortedSet<BranchId> listed() {
        SortedSet<BranchId> listed = new TreeSet<>();
        branches.forEach(b -> listed.add(b.id()));
        return listed;
    }
}
