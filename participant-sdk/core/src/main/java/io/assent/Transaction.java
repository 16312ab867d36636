package io.assent;

import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.JoinedBranches;
import io.assent.api.OutcomeReply;
import io.assent.api.Problem;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.client.CoordinatorClient;
import io.assent.client.OutcomeAnswer;
import io.assent.context.TransactionScope;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One global transaction at its initiator. Calls may be made from several threads; commit and rollback exclude each
 * other, and end the making of calls. Holds nothing that must be closed, but closing it rolls back what was neither
 * committed nor rolled back.
 */
public final class Transaction implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private enum Asked {
        NOTHING,
        COMMIT,
        ROLLBACK
    }

    private final TransactionScope scope;
    private final TransactionOptions options;
    private final CoordinatorClient coordinator;
    private final AssentBuilder.Patience patience;
    private final TransactionCalls calls;

    private final ReentrantLock ending = new ReentrantLock();
    private volatile Asked asked = Asked.NOTHING;
    private @Nullable String obstacle;
    private @Nullable OutcomeUnknownException unanswered;
    private volatile @Nullable Outcome outcome;

    Transaction(
            TransactionScope scope,
            TransactionOptions options,
            CoordinatorClient coordinator,
            HttpClient http,
            AssentBuilder.Patience patience) {
        this.scope = scope;
        this.options = options;
        this.coordinator = coordinator;
        this.patience = patience;
        this.calls = new TransactionCalls(scope, http);
    }

    public Gtrid gtrid() {
        return scope.gtrid();
    }

    /** Which branches have joined, and the deadline; for HTTP clients other than {@link #send}. */
    public TransactionScope scope() {
        return scope;
    }

    /** The value of the header {@code Assent-Context} for a request that is sent now. */
    public String contextHeader() {
        return scope.context().toHeader();
    }

    /** The outcome, once commit or rollback has learned it. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /**
     * Sends a request to a service inside this transaction, with the header {@value TransactionContext#HEADER}, and
     * takes the branches from the reply. At most until the deadline, or the request's own timeout if that is sooner.
     *
     * <p>If the reply is lost, or names no branches, the transaction can no longer commit. A connection that was refused
     * does no harm: nothing was sent.
     *
     * @return the reply, whatever its status
     * @throws IOException if no reply came; its message names the call, and it is of the class that the HTTP client throws.
     *     {@link java.io.InterruptedIOException}, with the thread's flag set, if it was interrupted. One checked exception,
     *     so that work which calls services throws no more than that
     * @throws IllegalStateException if commit or rollback has been asked for
     */
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        return calls.send(request, handler);
    }

    /**
     * Commits, all branches or none. May be called again: it returns or throws what it did before, and after {@link
     * OutcomeUnknownException} it repeats the same request.
     *
     * @return the outcome, with the decision COMMIT
     * @throws TransactionAbortedException if the decision is ABORT, also where a lost call, a NO or the deadline left
     *     nothing else to ask for
     * @throws OutcomeUnknownException if the patience ended, or the thread was interrupted, before an outcome was known
     * @throws RequestRefusedException if the coordinator refused to decide
     * @throws IllegalStateException if rollback has been asked for
     */
    public Outcome commit() {
        ending.lock();
        try {
            if (asked == Asked.ROLLBACK) {
                throw new IllegalStateException(
                        "rollback has been asked for in transaction " + gtrid() + ": it can't commit any more");
            }
            Outcome known = outcome;
            if (known == null) {
                JoinedBranches joined = scope.seal();
                if (asked == Asked.NOTHING) {
                    asked = Asked.COMMIT;
                    obstacle = obstacleIn(joined);
                }
                known = obstacle == null ? askCommit(joined) : askRollback(joined, obstacle);
            }
            if (known.decision() == Decision.ABORT) {
                throw new TransactionAbortedException(known);
            }
            return known;
        } finally {
            ending.unlock();
        }
    }

    /** Rolls back. May be called again, and after a commit whose outcome is unknown. */
    public Outcome rollback() {
        return rollback("the initiator rolled back");
    }

    /**
     * Rolls back.
     *
     * @param reason why, for people; at most 200 characters are kept
     * @return the outcome, with the decision ABORT
     * @throws AlreadyCommittedException if a commit whose outcome was unknown had come about
     * @throws OutcomeUnknownException if no answer came; the branches roll back at the deadline, unless commit was asked
     *     for before
     * @throws RequestRefusedException if the coordinator refused
     * @throws IllegalStateException if commit has returned
     */
    public Outcome rollback(String reason) {
        ending.lock();
        try {
            Outcome known = outcome;
            if (known != null && known.decision() == Decision.COMMIT) {
                throw new IllegalStateException("transaction " + gtrid() + " has committed: it can't be rolled back");
            }
            if (known != null) {
                return known;
            }
            asked = Asked.ROLLBACK;
            return askRollback(scope.seal(), reason);
        } finally {
            ending.unlock();
        }
    }

    /** Rolls back if neither commit nor rollback has been asked for. A failure is logged: the deadline resolves it. */
    @Override
    public void close() {
        if (!isOver()) {
            try {
                rollback("closed without commit");
            } catch (AssentException e) {
                LOG.warn("rollback not confirmed, left to the deadline gtrid={} cause=\"{}\"", gtrid(), e.getMessage());
            }
        }
    }

    /** Commits, unless the work has seen to that or has rolled back by itself. */
    void commitAfterWork() {
        if (asked == Asked.ROLLBACK) {
            return;
        }
        try {
            commit();
        } catch (RequestRefusedException refused) {
            rollbackAfter(refused);
            throw refused;
        }
    }

    /** Rolls back because of a failure, to which a failure to roll back is added. */
    void rollbackAfter(Throwable failure) {
        if (isOver()) {
            return;
        }
        JoinedBranches joined = scope.seal();
        if (joined.branches().isEmpty() && joined.whyIncomplete().isEmpty()) {
            // Nobody took part and nobody will: there is nothing to release, and nothing to tell anybody.
            return;
        }
        // Also for an interrupted thread: a rollback is short, and what it does not reach stays locked until the
        // deadline.
        boolean interrupted = Thread.interrupted();
        try {
            rollback(reason(failure, joined));
        } catch (AssentException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Not every failure of a call says whom it called, but then the list of branches does. */
    private static String reason(Throwable failure, JoinedBranches joined) {
        String reason = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        return reason.contains("://")
                ? reason
                : joined.whyIncomplete().map(lost -> reason + " (" + lost + ")").orElse(reason);
    }

    private boolean isOver() {
        return outcome != null || asked != Asked.NOTHING;
    }

    /** Why commit can't even be asked for; null if it can. */
    private @Nullable String obstacleIn(JoinedBranches joined) {
        if (joined.incomplete() != null) {
            return joined.incomplete();
        }
        for (Branch branch : joined.branches()) {
            if (branch.vote() instanceof Vote.No no) {
                return branch.id() + " voted NO: " + no.reason();
            }
        }
        return scope.remaining().isZero()
                ? "the deadline (" + options.deadline().toMillis() + " ms) passed before commit was asked for"
                : null;
    }

    private Outcome askCommit(JoinedBranches joined) {
        CommitRequest request = new CommitRequest(
                joined.branches(), scope.remaining(), options.reply(), options.waitMax(), options.labels());
        try {
            InitiatorCrashPoint.BEFORE_COMMIT.reached(gtrid());
            OutcomeAnswer answer = coordinator.commit(gtrid(), request, scope::remaining, patience.outcome());
            InitiatorCrashPoint.AFTER_COMMIT.reached(gtrid());
            return learned("commit", answer);
        } catch (OutcomeUnknownException e) {
            unanswered = e;
            throw e;
        } catch (RequestRefusedException e) {
            if (!e.decidedNothing()) {
                throw e;
            }
            if (unanswered != null) {
                // This request decided nothing, but an earlier one may have.
                unanswered.addSuppressed(e);
                throw unanswered;
            }
            asked = Asked.NOTHING;
            throw e;
        }
    }

    private Outcome askRollback(JoinedBranches joined, String reason) {
        RollbackRequest request = new RollbackRequest(joined.branches(), reason, options.labels());
        InitiatorCrashPoint.BEFORE_ROLLBACK.reached(gtrid());
        OutcomeAnswer answer = coordinator.rollback(gtrid(), request, patience.rollback());
        InitiatorCrashPoint.AFTER_ROLLBACK.reached(gtrid());
        Outcome known = learned("rollback", answer);
        if (known.decision() == Decision.COMMIT) {
            throw new AlreadyCommittedException(
                    gtrid(), new Problem("ALREADY_COMMITTED", "the reply to rollback says COMMIT", "", "", ""));
        }
        return known;
    }

    private Outcome learned(String action, OutcomeAnswer answer) {
        if (answer instanceof OutcomeAnswer.Known known) {
            Outcome learned = Outcome.of(known.reply());
            outcome = learned;
            if (learned.applied() == OutcomeReply.Applied.HEURISTIC) {
                LOG.error("a branch ended against the decision gtrid={} decision={}", gtrid(), learned.decision());
            }
            return learned;
        }
        if (answer instanceof OutcomeAnswer.Refused refused) {
            throw RequestRefusedException.of(gtrid(), refused.problem());
        }
        OutcomeAnswer.Unknown unknown = (OutcomeAnswer.Unknown) answer;
        throw new OutcomeUnknownException(gtrid(), action, unknown.attempts(), unknown.lastFailure());
    }
}
