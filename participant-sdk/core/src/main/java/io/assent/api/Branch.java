package io.assent.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A branch as the initiator lists it.
 *
 * @param vote the early vote, or null if the participant has still to be asked
 */
public record Branch(
        BranchId id, Inquiring inquiring, @Nullable Vote vote) {

    public Branch {
        if (inquiring == Inquiring.CANNOT && vote instanceof Vote.Prepared) {
            throw new MalformedException(
                    "vote", "PREPARED", "can't be given early by a participant that does not inquire (rule R23)");
        }
    }

    public Optional<Vote> earlyVote() {
        return Optional.ofNullable(vote);
    }

    public Branch withVote(Vote newVote) {
        return new Branch(id, inquiring, newVote);
    }
}
