package io.assent;

import io.assent.api.AbortReason;
import java.util.Optional;

/** The decision is ABORT, by a durable row: nothing of the transaction remains or will remain. It can be tried anew. */
public final class TransactionAbortedException extends AssentException {

    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    TransactionAbortedException(Outcome outcome) {
        super(outcome.gtrid(), "transaction " + outcome.gtrid() + " aborted" + because(outcome));
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Why, as the row says. */
    public Optional<AbortReason> abortReason() {
        return outcome.abortReason();
    }

    private static String because(Outcome outcome) {
        return outcome.abortReason()
                .map(reason -> ", " + reason.code() + (reason.detail().isEmpty() ? "" : ": " + reason.detail()))
                .orElse("");
    }
}
