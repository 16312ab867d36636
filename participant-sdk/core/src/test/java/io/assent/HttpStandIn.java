package io.assent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.assent.api.AbortReason;
import io.assent.api.CommitRequest;
import io.assent.api.CommitsJson;
import io.assent.api.Completion;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.OutcomeReply;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A real HTTP server that stands in for a coordinator or a service: answers as scripted, and remembers what came. */
public final class HttpStandIn implements AutoCloseable {

    /** A request that came. */
    public record Received(String method, String path, Map<String, String> headers, String body) {

        public Gtrid gtrid() {
            return Gtrid.parse(path.split("/", -1)[3]);
        }

        public CommitRequest commit() {
            return TransactionJson.readCommit(body.getBytes(StandardCharsets.UTF_8));
        }

        public boolean isForMany() {
            return "/v1/commits".equals(path);
        }

        /** Of a request for many. */
        public List<Completion> completions() {
            return CommitsJson.read(body.getBytes(StandardCharsets.UTF_8)).stream()
                    .map(CommitsJson.Unread::read)
                    .toList();
        }

        public RollbackRequest rollback() {
            return TransactionJson.readRollback(body.getBytes(StandardCharsets.UTF_8));
        }

        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** What to do with a request. */
    public interface Behaviour {
        void handle(Received request, HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Queue<Behaviour> script = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Received> ringRequests = new CopyOnWriteArrayList<>();
    private volatile Behaviour otherwise;
    private volatile Behaviour ring = reply(404, "");

    /** @param otherwise what to do when the script is at its end */
    public HttpStandIn(Behaviour otherwise) {
        this.otherwise = otherwise;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public HttpStandIn first(Behaviour behaviour) {
        script.add(behaviour);
        return this;
    }

    public void from(Behaviour behaviour) {
        otherwise = behaviour;
    }

    /** What to do with requests for the ring, which are neither scripted nor remembered with the others. */
    public void ring(Behaviour behaviour) {
        ring = behaviour;
    }

    public List<Received> ringRequests() {
        return ringRequests;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public URI uri(String path) {
        return URI.create(url() + path);
    }

    public List<Received> received() {
        return received;
    }

    /** Holds the connection without a word until the server closes. */
    public Behaviour hang() {
        return (request, exchange) -> {
            awaitClosing();
            exchange.close();
        };
    }

    /** Sends the headers of a long reply and never the rest. */
    public Behaviour stall() {
        return (request, exchange) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitClosing();
            exchange.close();
        };
    }

    /** Takes the request and closes the connection without a reply. */
    public static Behaviour drop() {
        return (request, exchange) -> exchange.close();
    }

    public static Behaviour reply(int status, String body, String... headers) {
        return (request, exchange) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    public static Behaviour problem(int status, String code, String... headers) {
        return reply(
                status, "{\"code\":\"" + code + "\",\"detail\":\"as scripted\",\"status\":" + status + "}", headers);
    }

    /** Answers commit with COMMIT and rollback with ABORT, for the reason that came. */
    public static Behaviour coordinator() {
        return (request, exchange) -> {
            if (request.isForMany()) {
                lines(request.completions().stream().map(HttpStandIn::done).toArray(String[]::new))
                        .handle(request, exchange);
                return;
            }
            boolean commit = request.path().endsWith("/commit");
            OutcomeReply outcome = outcome(
                    commit
                            ? new Completion.Commit(request.gtrid(), request.commit())
                            : new Completion.Rollback(request.gtrid(), request.rollback()));
            reply(200, new String(TransactionJson.writeOutcome(outcome), StandardCharsets.UTF_8))
                    .handle(request, exchange);
        };
    }

    private static OutcomeReply outcome(Completion completion) {
        if (completion instanceof Completion.Rollback rollback) {
            AbortReason reason = new AbortReason(
                    AbortReason.Code.ROLLBACK_REQUESTED, rollback.request().reason());
            return new OutcomeReply(completion.gtrid(), Decision.ABORT, OutcomeReply.Applied.YES, reason);
        }
        return new OutcomeReply(completion.gtrid(), Decision.COMMIT, OutcomeReply.Applied.YES, null);
    }

    /** The line that says of one of many that what it asks for is done. */
    public static String done(Completion completion) {
        byte[] outcome = TransactionJson.writeOutcome(outcome(completion));
        return line(completion.gtrid(), 200, new String(outcome, StandardCharsets.UTF_8));
    }

    /** The line that says of one of many that it is committed. */
    public static String committed(Gtrid gtrid) {
        OutcomeReply outcome = new OutcomeReply(gtrid, Decision.COMMIT, OutcomeReply.Applied.YES, null);
        return line(gtrid, 200, new String(TransactionJson.writeOutcome(outcome), StandardCharsets.UTF_8));
    }

    public static String line(Gtrid gtrid, int status, String body) {
        return new String(
                CommitsJson.writeLine(gtrid, status, 0, body.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    /** Begins a reply to many with these pieces, and leaves it open. */
    public static void begin(HttpExchange exchange, String... pieces) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", CommitsJson.LINES_MEDIA_TYPE);
        exchange.sendResponseHeaders(200, 0);
        more(exchange, pieces);
    }

    public static void more(HttpExchange exchange, String... pieces) throws IOException {
        for (String piece : pieces) {
            exchange.getResponseBody().write(piece.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
    }

    /** A whole reply to many. */
    public static Behaviour lines(String... lines) {
        return (request, exchange) -> {
            begin(exchange, lines);
            exchange.close();
        };
    }

    /** A reply to many that ends before it should. */
    public static Behaviour cut(String... pieces) {
        return (request, exchange) -> {
            exchange.getResponseHeaders().add("Content-Type", CommitsJson.LINES_MEDIA_TYPE);
            exchange.sendResponseHeaders(200, 1_000_000);
            more(exchange, pieces);
            exchange.close();
        };
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void awaitClosing() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        Received request = new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if ("/v1/ring".equals(request.path())) {
            ringRequests.add(request);
            ring.handle(request, exchange);
            return;
        }
        received.add(request);
        Behaviour next = script.poll();
        (next == null ? otherwise : next).handle(request, exchange);
    }
}
