package io.assent.coordinator.protocol;

import io.assent.api.BranchId;
import io.assent.api.CommitRequest.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that waits for the outcome. */
sealed interface Waiter {

    long ticket();

    /** @param requested the list that it asked to commit; null if it asked for what was enlisted */
    record ForCommit(long ticket, @Nullable List<BranchId> requested, Reply reply) implements Waiter {}

    /** Rollback requests and inquiries are answered as soon as there is a row. */
    record ForDecision(long ticket) implements Waiter {}
}
