package io.assent.samples.bank;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import java.sql.SQLException;
import java.util.List;

/** The bank over HTTP. A request that carries a transaction is bound to it before it comes here. */
@Controller
@ExecuteOn("payments")
final class BankController {

    private final Ledger ledger;

    BankController(Ledger ledger) {
        this.ledger = ledger;
    }

    @Post("/debits")
    Account debit(@Body Payment payment) throws SQLException {
        return ledger.debit(payment);
    }

    @Post("/credits")
    Account credit(@Body Payment payment) throws SQLException {
        return ledger.credit(payment);
    }

    @Post("/accounts")
    @Status(HttpStatus.NO_CONTENT)
    void open(@Body List<Account> accounts) throws SQLException {
        ledger.open(accounts);
    }

    @Get("/accounts/{id}")
    Account account(String id) throws SQLException {
        return ledger.find(id)
                .orElseThrow(() ->
                        new RejectedException(RejectedException.Code.UNKNOWN_ACCOUNT, "there is no account " + id));
    }

    @Get("/totals")
    Totals totals() throws SQLException {
        return ledger.totals();
    }

    @Error
    HttpResponse<Problem> rejected(RejectedException e) {
        HttpStatus status = switch (e.code()) {
            case INVALID_AMOUNT -> HttpStatus.BAD_REQUEST;
            case UNKNOWN_ACCOUNT -> HttpStatus.NOT_FOUND;
            case INSUFFICIENT_FUNDS, DUPLICATE_PAYMENT -> HttpStatus.CONFLICT;
        };
        Problem problem = new Problem(status.getCode(), e.code().name(), e.detail());
        return HttpResponse.<Problem>status(status).body(problem).contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
    }

    @Serdeable
    record Problem(int status, String code, String detail) {}
}
