package io.assent.samples.transfer;

import io.assent.Assent;
import io.assent.Outcome;
import io.assent.Transaction;
import io.assent.TransactionOptions;
import io.assent.api.Gtrid;
import io.assent.samples.transfer.Transfer.Place;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.client.BlockingHttpClient;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import jakarta.inject.Singleton;
import java.util.Objects;

/** Debit here, credit there, both or none. */
@Singleton
final class Transfers {

    private static final BankProblem NO_REASON = new BankProblem(null, null);

    private final Assent assent;
    private final BlockingHttpClient http;

    Transfers(Assent assent, @Client HttpClient http) {
        this.assent = assent;
        this.http = http.toBlocking();
    }

    /**
     * Moves the money.
     *
     * @return the outcome, which is COMMIT
     * @throws BankRefusedException if a bank did not do its part: the transaction is rolled back
     * @throws io.assent.AssentException if the transaction aborted otherwise, or its outcome is unknown
     */
    Outcome move(Transfer transfer) {
        TransactionOptions options = assent.options().withLabel("payment", transfer.payment());
        Transaction committed = assent.inTransaction(options, transaction -> {
            call(transaction.gtrid(), "/debits", transfer.from(), transfer);
            call(transaction.gtrid(), "/credits", transfer.to(), transfer);
            return transaction;
        });
        return committed.outcome().orElseThrow();
    }

    /** An ordinary call: the client filter sends the transaction along and notes the branch that the bank answers. */
    private void call(Gtrid gtrid, String path, Place place, Transfer transfer) {
        Payment payment = new Payment(transfer.payment(), place.account(), transfer.amount());
        try {
            http.exchange(HttpRequest.POST(place.bank().resolve(path), payment));
        } catch (HttpClientResponseException e) {
            BankProblem problem = e.getResponse().getBody(BankProblem.class).orElse(NO_REASON);
            throw new BankRefusedException(
                    gtrid,
                    Objects.requireNonNullElse(problem.code(), "BANK_FAILED"),
                    Objects.requireNonNullElse(problem.detail(), "status " + e.code()),
                    e);
        } catch (HttpClientException e) {
            throw new BankRefusedException(gtrid, "BANK_UNREACHABLE", place.bank() + ": " + e.getMessage(), e);
        }
    }
}
