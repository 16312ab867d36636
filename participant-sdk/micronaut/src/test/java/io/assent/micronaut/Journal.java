package io.assent.micronaut;

import io.assent.Assent;
import io.assent.api.CommitRequest;
import io.assent.context.TransactionScope;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** An initiator. */
@Singleton
class Journal {

    private final Assent assent;
    private final Pages pages;
    private final HttpClient http;
    private final HttpClient mute;
    private final URI url;

    Journal(
            Assent assent,
            Pages pages,
            @Client HttpClient http,
            @Client(id = "mute") HttpClient mute,
            @Value("${notes.url}") URI url) {
        this.assent = assent;
        this.pages = pages;
        this.http = http;
        this.mute = mute;
        this.url = url;
    }

    /** Other initiating work, called from within. */
    @Singleton
    static class Pages {
        @InTransaction
        String gtrid() {
            return NotesController.gtrid();
        }
    }

    @InTransaction(deadline = "7s", reply = CommitRequest.Reply.DECIDED)
    String post(@Label("title") String title, String... paths) {
        for (String path : paths) {
            call(path);
        }
        return NotesController.gtrid();
    }

    @InTransaction
    void postAndFail(String path) {
        call(path);
        throw new IllegalStateException("changed my mind");
    }

    @InTransaction
    boolean nestedIsTheSame() {
        return pages.gtrid().equals(NotesController.gtrid());
    }

    @InTransaction
    void callInVain(URI unreachable, String path) {
        try {
            http.toBlocking().exchange(HttpRequest.POST(unreachable, ""));
        } catch (RuntimeException e) {
            call(path);
        }
    }

    @InTransaction
    CompletableFuture<String> later() {
        return CompletableFuture.completedFuture("");
    }

    @InTransaction
    void postToTheMute() {
        mute.toBlocking().exchange(HttpRequest.POST("/x", ""));
    }

    URI url() {
        return url;
    }

    /** Without annotation: the core's own way. */
    void postByHand(String path) {
        assent.runInTransaction(transaction -> call(path));
    }

    void call(String path) {
        http.toBlocking().exchange(HttpRequest.POST(url.resolve(path), ""));
    }

    static boolean unbound() {
        return TransactionScope.current().isEmpty();
    }
}
