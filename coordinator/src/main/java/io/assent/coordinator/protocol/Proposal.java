package io.assent.coordinator.protocol;

import io.assent.api.AbortReason;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a replica would like the decision to be. It may run late, twice, or after its sender died; the first row wins
 * (rule R1).
 *
 * @param branches with COMMIT the full list that was asked for; with ABORT the branches that are known
 * @param reason why it aborts; null with COMMIT
 */
public record Proposal(
        Gtrid gtrid,
        Decision decision,
        List<ListedBranch> branches,
        @Nullable AbortReason reason,
        Map<String, String> labels) {

    public Proposal {
        branches = List.copyOf(branches);
        if ((decision == Decision.ABORT) != (reason != null)) {
            throw new IllegalArgumentException("a reason goes with ABORT and with nothing else: " + gtrid);
        }
    }

    public Optional<AbortReason> abortReason() {
        return Optional.ofNullable(reason);
    }
}
