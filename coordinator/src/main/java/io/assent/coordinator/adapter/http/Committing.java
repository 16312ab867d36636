package io.assent.coordinator.adapter.http;

import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.Engine;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/** A request to commit, once it has been read: what it must keep to, and what it is answered. */
@Singleton
class Committing {

    private final Engine engine;
    private final Admission admission;

    Committing(Engine engine, Admission admission) {
        this.engine = engine;
        this.admission = admission;
    }

    /** @throws ProblemException if it may not be carried out */
    void check(Gtrid gtrid, CommitRequest request) {
        admission.checkMinted(gtrid);
        admission.checkDeadline(request.remaining());
        request.listed().ifPresent(admission::checkBranches);
        admission.checkLabels(request.labels());
    }

    /**
     * Commits what has been checked.
     *
     * @param decided told once if the decision is durable before there is an answer
     * @return the body of the reply; completes with a {@link ProblemException} if that is an error
     */
    CompletableFuture<byte[]> commit(Gtrid gtrid, CommitRequest request, Runnable decided) {
        return engine.commit(gtrid, request, decided).thenApply(answer -> Replies.toCommit(gtrid, answer));
    }
}
