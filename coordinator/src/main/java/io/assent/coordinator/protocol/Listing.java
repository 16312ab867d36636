package io.assent.coordinator.protocol;

import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the branches that an initiator names to the branches that a row lists. */
final class Listing {

    private Listing() {}

    /** In the order they came, each branch once. */
    static List<ListedBranch> of(Collection<Branch> branches) {
        Map<BranchId, ListedBranch> listed = new LinkedHashMap<>();
        for (Branch branch : branches) {
            listed.putIfAbsent(branch.id(), of(branch));
        }
        return new ArrayList<>(listed.values());
    }

    static ListedBranch of(Branch branch) {
        return switch (branch.vote()) {
            case null -> new ListedBranch(branch.id(), branch.inquiring(), PhaseTwo.TOLD, "");
            case Vote.Prepared p -> new ListedBranch(branch.id(), branch.inquiring(), PhaseTwo.TOLD, p.evidence());
            case Vote.ReadOnly _ -> new ListedBranch(branch.id(), branch.inquiring(), PhaseTwo.READ_ONLY, "");
            // A NO that came early may hide a prepare whose result the participant never learned: it is told too.
            case Vote.No _ -> new ListedBranch(branch.id(), branch.inquiring(), PhaseTwo.TOLD, "");
        };
    }

    /** All of the first, and of the second what the first does not name. */
    static List<ListedBranch> union(List<ListedBranch> first, List<ListedBranch> second) {
        Map<BranchId, ListedBranch> all = new LinkedHashMap<>();
        first.forEach(b -> all.put(b.id(), b));
        second.forEach(b -> all.putIfAbsent(b.id(), b));
        return new ArrayList<>(all.values());
    }

    static List<BranchId> ids(Collection<Branch> branches) {
        return branches.stream().map(Branch::id).distinct().toList();
    }
}
