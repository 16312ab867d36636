package io.assent.samples.transfer;

import io.assent.api.Gtrid;

/** A bank did not do its part. Thrown inside the transaction, it rolls back what the other bank did. */
final class BankRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Gtrid gtrid;
    private final String code;
    private final String detail;

    BankRefusedException(Gtrid gtrid, String code, String detail, Throwable cause) {
        super(code + ": " + detail, cause);
        this.gtrid = gtrid;
        this.code = code;
        this.detail = detail;
    }

    Gtrid gtrid() {
        return gtrid;
    }

    String code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
