package io.assent.samples.transfer;

import io.assent.AssentException;
import io.assent.Outcome;
import io.assent.TransactionAbortedException;
import io.assent.api.Gtrid;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;

/** Transfers over HTTP. Answers what is known of the outcome, and says so where it is not known. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class TransferController {

    private final Transfers transfers;
    private final Banks banks;

    TransferController(Transfers transfers, Banks banks) {
        this.transfers = transfers;
        this.banks = banks;
    }

    @Post("/transfers")
    HttpResponse<?> transfer(@Body TransferRequest request) {
        Transfer transfer = Transfer.of(request, banks);
        try {
            Outcome outcome = transfers.move(transfer);
            return HttpResponse.ok(new Committed(
                    transfer.payment(),
                    outcome.gtrid().toString(),
                    "COMMITTED",
                    outcome.applied().name()));
        } catch (BankRefusedException e) {
            return aborted(transfer, e.gtrid(), e.code(), e.detail());
        } catch (TransactionAbortedException e) {
            String code = e.abortReason().map(reason -> reason.code().name()).orElse("ABORTED");
            return aborted(transfer, e.gtrid(), code, String.valueOf(e.getMessage()));
        } catch (AssentException e) {
            return HttpResponse.serverError(new Unknown(
                            transfer.payment(), e.gtrid().toString(), "UNKNOWN", String.valueOf(e.getMessage())))
                    .status(HttpStatus.SERVICE_UNAVAILABLE);
        }
    }

    @Error
    HttpResponse<Problem> malformed(MalformedTransferException e) {
        return HttpResponse.badRequest(
                        new Problem(HttpStatus.BAD_REQUEST.getCode(), "MALFORMED", String.valueOf(e.getMessage())))
                .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
    }

    private static HttpResponse<?> aborted(Transfer transfer, Gtrid gtrid, String code, String detail) {
        return HttpResponse.status(HttpStatus.CONFLICT)
                .body(new Aborted(transfer.payment(), gtrid.toString(), "ABORTED", code, detail));
    }

    /** @param applied YES, or PENDING while a bank has still to confirm */
    @Serdeable
    record Committed(String payment, String gtrid, String outcome, String applied) {}

    @Serdeable
    record Aborted(String payment, String gtrid, String outcome, String code, String detail) {}

    /** To be asked for at the coordinator: {@code GET /v1/transactions/{gtrid}}. */
    @Serdeable
    record Unknown(String payment, String gtrid, String outcome, String detail) {}

    @Serdeable
    record Problem(int status, String code, @Nullable String detail) {}
}
