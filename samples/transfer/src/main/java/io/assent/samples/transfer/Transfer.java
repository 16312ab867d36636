package io.assent.samples.transfer;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that can be tried.
 *
 * @param amount in cents, positive
 */
record Transfer(String payment, Place from, Place to, long amount) {

    private static final int PAYMENT_LENGTH_MAX = 64;

    /** An account at a bank. */
    record Place(URI bank, String account) {}

    /** @throws MalformedTransferException naming the field that is not right */
    static Transfer of(TransferRequest request, Banks banks) {
        String payment = present("payment", request.payment());
        if (payment.length() > PAYMENT_LENGTH_MAX) {
            throw new MalformedTransferException("payment has more than " + PAYMENT_LENGTH_MAX + " characters");
        }
        Long amount = request.amount();
        if (amount == null || amount <= 0) {
            throw new MalformedTransferException("amount " + amount + " must be a positive number of cents");
        }
        return new Transfer(payment, place("from", request.from(), banks), place("to", request.to(), banks), amount);
    }

    private static Place place(String field, @Nullable String text, Banks banks) {
        String[] parts = present(field, text).split(":", 2);
        if (parts.length != 2 || parts[1].isBlank()) {
            throw new MalformedTransferException(field + " '" + text + "' must be bank:account");
        }
        URI bank = banks.find(parts[0])
                .orElseThrow(() -> new MalformedTransferException(
                        field + " '" + text + "' names no bank: known are " + banks.names()));
        return new Place(bank, parts[1]);
    }

    private static String present(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new MalformedTransferException(field + " is missing");
        }
        return text;
    }
}
