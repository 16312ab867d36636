package io.assent;

import io.assent.api.Gtrid;

/**
 * The outcome is unknown: the transaction may have committed, may have aborted, or may be undecided still. Neither may be
 * assumed. Repeat {@link Transaction#commit()} (it sends the same request again), or ask {@link Assent#status} later. It
 * is decided at its deadline at the latest, as soon as the coordinator can be reached.
 */
public final class OutcomeUnknownException extends AssentException {

    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(Gtrid gtrid, String asked, int attempts, String lastFailure) {
        super(
                gtrid,
                "the outcome of transaction " + gtrid + " is unknown: " + asked + " got no answer in " + attempts
                        + " attempts (" + lastFailure + "); repeat it, or ask for its status with GET /v1/transactions/"
                        + gtrid);
    }
}
