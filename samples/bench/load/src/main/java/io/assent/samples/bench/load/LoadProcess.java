package io.assent.samples.bench.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The process that the clients live in: one run at a time, by {@code POST /start}, {@code /measure} and {@code /stop},
 * which answers what the clients saw. Each candidate has a main class that hands itself over.
 */
public final class LoadProcess {

    private static final int HTTP_OK = 200;
    private static final int HTTP_FAILED = 500;

    private final Candidate candidate;
    private @Nullable LoadRun running;

    private LoadProcess(Candidate candidate) {
        this.candidate = candidate;
    }

    /** Serves until the process is ended. */
    public static void serve(Function<Surroundings, Candidate> candidate) throws IOException {
        Surroundings surroundings = Surroundings.of(System.getenv());
        LoadProcess process = new LoadProcess(candidate.apply(surroundings));
        Runtime.getRuntime().addShutdownHook(new Thread(process.candidate::close, "close the candidate"));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), surroundings.port()), 0);
        server.createContext("/", process::answer);
        server.start();
    }

    /** One request at a time: the server has one thread. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Properties reply = new Properties();
            int status = HTTP_OK;
            try {
                switch (exchange.getRequestURI().getPath()) {
                    case "/start" -> start(parameters(exchange.getRequestURI().getQuery()));
                    case "/measure" -> running().measure();
                    case "/stop" -> reply = running().stop();
                    default -> {} // only whether it answers
                }
            } catch (RuntimeException | InterruptedException | OutOfMemoryError e) {
                status = HTTP_FAILED;
                reply.setProperty("error", e.toString());
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            reply.store(body, null);
            exchange.sendResponseHeaders(status, body.size());
            exchange.getResponseBody().write(body.toByteArray());
        }
    }

    private void start(Map<String, String> parameters) {
        running = LoadRun.start(
                candidate, WorkloadText.parse(parameters), Integer.parseInt(parameters.getOrDefault("clients", "1")));
    }

    private LoadRun running() {
        if (running == null) {
            throw new IllegalStateException("nothing runs: POST /start first");
        }
        return running;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            int equals = part.indexOf('=');
            parameters.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return parameters;
    }
}
