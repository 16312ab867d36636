package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EarlyReplyTest {

    private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void whatItHasReadIsTheWholeReply() throws Exception {
        URI uri = serve(exchange -> reply(exchange, 200, "x".repeat(200_000)));

        HttpResponse<byte[]> reply = replyOf(HttpClient.newHttpClient(), uri);

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).hasSize(200_000);
        assertThat(reply.headers().firstValue("Said")).contains("yes");
        assertThat(reply.uri()).isEqualTo(uri);
    }

    @Test
    void theConnectionOfAReplyCarriesTheNextRequest() throws Exception {
        URI uri = serve(exchange -> reply(exchange, 200, "done"));
        HttpClient http = HttpClient.newHttpClient();
        for (int i = 0; i < 20; i++) {
            assertThat(replyOf(http, uri).body()).isEqualTo("done".getBytes(StandardCharsets.UTF_8));
        }
        // One is what the JDK's client needs; a second one it may open where it was asked again very soon.
        assertThat(connections.size()).isBetween(1, 2);
    }

    @Test
    void aReplyThatBreaksOffIsNone() {
        URI uri = serve(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        assertThatThrownBy(() -> replyOf(HttpClient.newHttpClient(), uri))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void whereNobodyListensThereIsNone() throws Exception {
        URI uri = serve(exchange -> reply(exchange, 200, "done"));
        servers.forEach(server -> server.stop(0));
        assertThatThrownBy(() -> replyOf(HttpClient.newHttpClient(), uri))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aClientThatFollowsRedirectsSaysWhereItCameTo() throws Exception {
        URI end = serve(exchange -> reply(exchange, 404, "not here"));
        URI start = serve(exchange -> {
            exchange.getResponseHeaders().set("Location", end.toString());
            reply(exchange, 307, "there");
        });
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        HttpResponse<byte[]> reply = replyOf(following, start);

        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(reply.uri()).isEqualTo(end);
    }

    @Test
    void aClientThatAsksAgainWithCredentialsIsLeftToIt() throws Exception {
        URI uri = serve(exchange -> {
            if (exchange.getRequestHeaders().containsKey("Authorization")) {
                reply(exchange, 200, "for you");
            } else {
                reply(exchange, 401, "who is it");
            }
        });
        HttpClient known = new AskingAgain(HttpClient.newHttpClient());

        assertThat(replyOf(known, uri).body()).isEqualTo("for you".getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<byte[]> replyOf(HttpClient http, URI uri) throws Exception {
        try (EarlyReply.Exchange exchange =
                EarlyReply.send(http, HttpRequest.newBuilder(uri).build())) {
            return exchange.reply().get(30, TimeUnit.SECONDS);
        }
    }

    private URI serve(HttpHandler handler) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            servers.add(server);
            server.createContext("/", exchange -> {
                connections.add(exchange.getRemoteAddress().getPort());
                handler.handle(exchange);
            });
            server.start();
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Said", "yes");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** A client of a service's own, which gives the same body handler to a second request if it may not make the first. */
    private static final class AskingAgain extends HttpClient {
        private final HttpClient inner;

        private AskingAgain(HttpClient inner) {
            this.inner = inner;
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            return inner.sendAsync(request, handler)
                    .thenCompose(reply -> reply.statusCode() != 401
                            ? CompletableFuture.completedFuture(reply)
                            : inner.sendAsync(
                                    HttpRequest.newBuilder(request.uri())
                                            .header("Authorization", "yes")
                                            .build(),
                                    handler));
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
            return inner.sendAsync(request, handler, pushes);
        }

        @Override
        public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
                throws IOException, InterruptedException {
            return inner.send(request, handler);
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return inner.cookieHandler();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return inner.connectTimeout();
        }

        @Override
        public Redirect followRedirects() {
            return inner.followRedirects();
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return inner.proxy();
        }

        @Override
        public SSLContext sslContext() {
            return inner.sslContext();
        }

        @Override
        public SSLParameters sslParameters() {
            return inner.sslParameters();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return inner.authenticator();
        }

        @Override
        public Version version() {
            return inner.version();
        }

        @Override
        public Optional<Executor> executor() {
            return inner.executor();
        }
    }
}
