package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.http.StatusReader.Until;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Where transactions stand. */
@Controller("/v1/transactions")
@Produces(MediaType.APPLICATION_JSON)
class StatusController {

    private static final Set<String> STATUS_PARAMETERS = Set.of("wait", "until");

    private final StatusReader reader;
    private final TransactionLists lists;
    private final HttpSettings settings;

    StatusController(StatusReader reader, TransactionLists lists, HttpSettings settings) {
        this.reader = reader;
        this.lists = lists;
        this.settings = settings;
    }

    @Get("/{gtrid}")
    CompletableFuture<TransactionView> status(@PathVariable String gtrid, HttpRequest<?> request) {
        Gtrid id = Gtrid.parse(gtrid);
        QueryParameters query = QueryParameters.of(request, STATUS_PARAMETERS);
        Until until = query.constant("until", Until.class).orElse(Until.DECIDED);
        Optional<Duration> wait = query.millis("wait", settings.watchMax());
        return wait.isPresent() ? reader.await(id, until, wait.get()) : reader.read(id);
    }

    @Get
    CompletableFuture<ListView> list(HttpRequest<?> request) {
        return lists.list(ListQuery.read(request));
    }
}
