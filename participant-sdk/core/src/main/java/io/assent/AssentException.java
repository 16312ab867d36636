package io.assent;

import io.assent.api.Gtrid;

/** What can become of a transaction beside commit. Always names the transaction. */
public abstract sealed class AssentException extends RuntimeException
        permits TransactionAbortedException, OutcomeUnknownException, RequestRefusedException {

    private static final long serialVersionUID = 1L;

    private final transient Gtrid gtrid;

    AssentException(Gtrid gtrid, String message) {
        super(message);
        this.gtrid = gtrid;
    }

    public Gtrid gtrid() {
        return gtrid;
    }
}
