package io.assent.samples.bank;

/** The bank does not do what it was asked to do. Thrown inside a branch, it makes the branch vote NO. */
final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Code code;
    private final String detail;

    enum Code {
        INVALID_AMOUNT,
        UNKNOWN_ACCOUNT,
        INSUFFICIENT_FUNDS,
        DUPLICATE_PAYMENT
    }

    /** @param detail for the caller, and with the code for whoever reads the branch's vote */
    RejectedException(Code code, String detail) {
        super(code + ": " + detail);
        this.code = code;
        this.detail = detail;
    }

    Code code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
