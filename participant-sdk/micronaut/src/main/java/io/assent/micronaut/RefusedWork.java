package io.assent.micronaut;

import io.assent.api.TransactionContext;
import io.assent.participant.BranchRefusedException;
import io.assent.participant.NoTransactionException;
import io.micronaut.context.annotation.Factory;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** How work that was not begun is answered, unless the service has handlers of its own. */
@Factory
final class RefusedWork {

    @Singleton
    ExceptionHandler<NoTransactionException, HttpResponse<byte[]>> noTransaction() {
        return (request, e) -> Problem.of(
                        HttpStatus.BAD_REQUEST,
                        "NO_TRANSACTION",
                        "this work is done inside a transaction only",
                        "send the header " + TransactionContext.HEADER)
                .toResponse();
    }

    @Singleton
    ExceptionHandler<BranchRefusedException, HttpResponse<byte[]>> refused() {
        return (request, e) -> Problem.of(
                        HttpStatus.CONFLICT,
                        "BRANCH_REFUSED",
                        String.valueOf(e.getMessage()),
                        "roll the transaction back, and begin a new one")
                .toResponse();
    }
}
