package io.assent.samples.transfer;

/** The request can't be tried as it is. Nothing has begun. */
final class MalformedTransferException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedTransferException(String detail) {
        super(detail);
    }
}
