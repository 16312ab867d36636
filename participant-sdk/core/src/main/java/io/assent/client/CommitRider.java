package io.assent.client;

import io.assent.api.Completion;
import io.assent.api.Gtrid;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A request to commit or to roll back that may go with others. */
final class CommitRider {

    private final Gtrid gtrid;
    private final int branches;
    private final Supplier<Completion> request;
    private final CompletableFuture<Optional<Said>> said = new CompletableFuture<>();
    private volatile @Nullable CommitBatch batch;

    /**
     * @param branches how many it lists
     * @param request as it is to be sent now: the time that is left goes with a commit
     */
    CommitRider(Gtrid gtrid, int branches, Supplier<Completion> request) {
        this.gtrid = gtrid;
        this.branches = branches;
        this.request = request;
    }

    Gtrid gtrid() {
        return gtrid;
    }

    int branches() {
        return branches;
    }

    Completion request() {
        return request.get();
    }

    /** What the replica says to it; empty if the request is to be sent alone. */
    CompletableFuture<Optional<Said>> said() {
        return said;
    }

    /** Null while it waits. */
    @Nullable
    CommitBatch batch() {
        return batch;
    }

    void departs(CommitBatch newBatch) {
        batch = newBatch;
    }
}
