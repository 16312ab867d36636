package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import java.util.List;

/**
 * What one request carries. Its members change and are guarded by the lane's lock; all else stays as it was when it was sent.
 *
 * @param instructions one for each member, in the same order
 * @param failuresBefore of the participant when the request was sent
 */
record Batch(List<Pending> members, List<Instruction> instructions, int failuresBefore, long sentNanos) {

    static Batch of(List<Pending> members, int failuresBefore, long sentNanos) {
        List<Instruction> instructions =
                members.stream().map(Pending::instruction).toList();
        return new Batch(members, instructions, failuresBefore, sentNanos);
    }

    /** Whether it delivers nothing. */
    boolean asksForVotesAlone() {
        return members.stream().allMatch(member -> member.key().kind() == Pending.Kind.VOTE);
    }
}
