package io.assent.samples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A bank as the audit sees it: accounts are opened over HTTP, and what is there is read from its database. */
public record Bank(String name, String url, Postgres database) {

    private static final int HTTP_NO_CONTENT = 204;

    /** A booking on an account; a debit is negative. */
    public record Entry(String payment, String account, long amount) {}

    public void open(List<Account> accounts) {
        String body = accounts.stream()
                .map(a -> "{\"id\":\"" + a.name().id() + "\",\"balance\":" + a.balance() + "}")
                .collect(Collectors.joining(",", "[", "]"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/accounts"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != HTTP_NO_CONTENT) {
                throw new DemoException(
                        "bank " + name + " opens no accounts: " + response.statusCode() + " " + response.body());
            }
        } catch (IOException e) {
            throw new DemoException("bank " + name + " opens no accounts: " + e);
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    /** All money on its accounts, in cents. */
    long balance() {
        return database.query("SELECT coalesce(sum(balance), 0) FROM account", row -> row.getLong(1))
                .getFirst();
    }

    public List<Entry> entries() {
        return database.query(
                "SELECT payment, account, amount FROM entry",
                row -> new Entry(row.getString(1), row.getString(2), row.getLong(3)));
    }

    /** The names of the branches that are prepared and not ended. */
    public Set<String> prepared() {
        return new TreeSet<>(database.query(
                "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()", row -> row.getString(1)));
    }
}
