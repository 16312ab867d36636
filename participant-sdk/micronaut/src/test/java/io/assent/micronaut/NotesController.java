package io.assent.micronaut;

import io.assent.context.TransactionScope;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.net.URI;
import java.sql.SQLException;
import java.util.Map;

/** A service that takes part, calls itself, and fails in every way. */
@Controller("/notes")
@ExecuteOn(TaskExecutors.BLOCKING)
class NotesController {

    private final Notes notes;
    private final HttpClient http;
    private final URI url;

    NotesController(Notes notes, @Client HttpClient http, @Value("${notes.url}") URI url) {
        this.notes = notes;
        this.http = http;
        this.url = url;
    }

    @Post("/write/{text}")
    void write(String text) throws SQLException {
        notes.write(text);
    }

    @Post("/fail/{text}")
    void fail(String text) throws SQLException {
        notes.writeAndFail(text);
    }

    @Post("/read/{text}")
    boolean read(String text) throws SQLException {
        return notes.isThere(text);
    }

    @Post("/later/{text}")
    void later(String text) {
        notes.writeLater(text).join();
    }

    /** Writes here, and has the next service write too. */
    @Post("/relay/{text}")
    void relay(String text) throws SQLException {
        notes.write(text + "-here");
        http.toBlocking().exchange(HttpRequest.POST(uri("/notes/write/" + text + "-there"), ""));
    }

    @Post("/redirect/{text}")
    HttpResponse<?> redirect(String text) throws SQLException {
        notes.write(text);
        return HttpResponse.seeOther(uri("/notes/scope"));
    }

    @Post("/outside/{text}")
    void outside(String text) throws SQLException {
        notes.insert(text);
    }

    @Post("/json")
    int json(@Body Map<String, String> body) {
        return body.size();
    }

    @Get("/scope")
    String scope() {
        return gtrid();
    }

    private URI uri(String path) {
        return url.resolve(path);
    }

    static String gtrid() {
        return TransactionScope.current().map(scope -> scope.gtrid().toString()).orElse("none");
    }
}
