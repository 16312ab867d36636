package io.assent.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An initiator's request to commit. It says everything that the coordinator needs, so that it can be repeated unchanged
 * to any replica.
 *
 * @param branches every branch of the transaction; null to commit the ones enlisted over the HTTP API
 * @param remaining how long until the deadline; counted from arrival
 * @param waitMax how long the reply may wait for {@link Reply#APPLIED}; the coordinator bounds it
 */
public record CommitRequest(
        @Nullable List<Branch> branches,
        Duration remaining,
        Reply reply,
        Duration waitMax,
        Map<String, String> labels) {

    /** When the request is answered. */
    public enum Reply {
        /** When every branch has confirmed, or the wait is over. */
        APPLIED,
        /** As soon as the decision is durable. */
        DECIDED
    }

    public CommitRequest {
        branches = branches == null ? null : List.copyOf(branches);
        labels = Labels.checked(labels);
    }

    /** The same request, some time later: that much less remains. */
    public CommitRequest after(Duration elapsed) {
        Duration left = remaining.minus(elapsed);
        return new CommitRequest(branches, left.isNegative() ? Duration.ZERO : left, reply, waitMax, labels);
    }

    public Optional<List<Branch>> listed() {
        return Optional.ofNullable(branches);
    }
}
