package io.assent;

import io.assent.api.AbortReason;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.OutcomeReply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction ended, as a durable row says.
 *
 * @param applied how far the branches had come when the coordinator answered
 * @param reason why it aborted; null after commit
 */
public record Outcome(
        Gtrid gtrid,
        Decision decision,
        OutcomeReply.Applied applied,
        @Nullable AbortReason reason) {

    static Outcome of(OutcomeReply reply) {
        return new Outcome(reply.gtrid(), reply.decision(), reply.applied(), reply.reason());
    }

    public Optional<AbortReason> abortReason() {
        return Optional.ofNullable(reason);
    }
}
