package io.assent.coordinator.adapter.http;

import io.assent.api.CommitRequest;
import io.assent.api.Completion;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import io.assent.api.RollbackRequest;
import io.assent.coordinator.engine.DecisionListener;
import io.assent.coordinator.engine.Engine;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/** A request to commit or to roll back, once it has been read: what it must keep to, and what it is answered. */
@Singleton
class Completing {

    private final Engine engine;
    private final Admission admission;

    Completing(Engine engine, Admission admission) {
        this.engine = engine;
        this.admission = admission;
    }

    /** @throws ProblemException if it may not be carried out */
    void check(Completion completion) {
        switch (completion) {
            case Completion.Commit(Gtrid gtrid, CommitRequest request) -> {
                admission.checkMinted(gtrid);
                admission.checkDeadline(request.remaining());
                admission.checkBranches(completion.branches());
                admission.checkLabels(request.labels());
            }
            case Completion.Rollback rollback -> {
                admission.checkRolledBack(completion.branches());
                admission.checkBranches(completion.branches());
                admission.checkLabels(rollback.request().labels());
                admission.checkText("reason", rollback.request().reason());
            }
        }
    }

    /**
     * Whether the request says itself what it is about. Otherwise it is about what was enlisted, which only the replica
     * knows that holds the transaction.
     */
    static boolean isSelfContained(Completion completion) {
        return switch (completion) {
            case Completion.Commit commit -> commit.request().listed().isPresent();
            case Completion.Rollback rollback -> !rollback.branches().isEmpty();
        };
    }

    /** @throws MalformedException unless the request says itself what it is about */
    static void checkSelfContained(Completion completion) {
        if (!isSelfContained(completion)) {
            throw new MalformedException(
                    "branches", "", "is required here; for what was enlisted send a request of its own");
        }
    }

    /**
     * Carries out what has been checked.
     *
     * @param decided told once if the decision is durable before there is an answer
     * @return the body of the reply; completes with a {@link ProblemException} if that is an error
     */
    CompletableFuture<byte[]> complete(Completion completion, DecisionListener decided) {
        return switch (completion) {
            case Completion.Commit(Gtrid gtrid, CommitRequest request) ->
                engine.commit(gtrid, request, decided).thenApply(answer -> Replies.toCommit(gtrid, answer));
            case Completion.Rollback(Gtrid gtrid, RollbackRequest request) ->
                engine.rollback(gtrid, request).thenApply(answer -> Replies.toRollback(gtrid, answer));
        };
    }
}
