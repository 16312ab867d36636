package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Properties;

/** How the benchmark speaks to its processes. */
final class Http {

    /** Clients finish what they are at before they stop, which takes as long as it takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int HTTP_OK = 200;
    private static final String SERVED = "http_server_requests_seconds_count";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Http() {}

    static String text(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    static void post(String url) {
        var _ = send(HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.noBody()));
    }

    static Properties properties(String url) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(
                    send(HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.noBody()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /** Of a coordinator: the requests about transactions that it has answered. */
    static long requestsServed(String url) {
        return (long) metric(url, SERVED, "uri=\"/v1");
    }

    /** The sum of all values of a metric whose labels contain the text. */
    static double metric(String url, String name, String label) {
        return text(url + "/prometheus")
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String send(HttpRequest.Builder request) {
        HttpRequest built = request.timeout(PATIENCE).build();
        try {
            HttpResponse<String> response = CLIENT.send(built, BodyHandlers.ofString());
            if (response.statusCode() != HTTP_OK) {
                throw new DemoException(built.uri() + " answered " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new DemoException(built.uri() + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        }
    }
}
