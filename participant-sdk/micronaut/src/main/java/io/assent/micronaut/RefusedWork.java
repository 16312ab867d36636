package io.assent.micronaut;

import io.assent.api.TransactionContext;
import io.assent.participant.BranchRefusedException;
import io.assent.participant.NoTransactionException;
import io.assent.postgres.LockTimeoutException;
import io.micronaut.context.annotation.Factory;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How work that was not done is answered, unless the service has handlers of its own. */
@Factory
final class RefusedWork {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedWork.class);

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

    @Singleton
    ExceptionHandler<BranchFailedException, HttpResponse<byte[]>> failed() {
        return (request, e) -> {
            if (e.getCause() instanceof LockTimeoutException) {
                return Problem.of(
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "LOCK_TIMEOUT",
                                String.valueOf(e.getMessage()),
                                "roll the transaction back, and try it anew")
                        .toResponse();
            }
            // What the database said is for the log of this service only.
            LOG.error("A branch failed in its database: uri={}", request.getUri(), e);
            return Problem.of(
                            HttpStatus.INTERNAL_SERVER_ERROR,
                            "BRANCH_FAILED",
                            "the work failed in the database of this service, and its branch voted NO",
                            "see the log of this service")
                    .toResponse();
        };
    }
}
