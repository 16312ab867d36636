package io.assent.samples.bench.service;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.assent.Assent;
import io.assent.api.ParticipantUrl;
import io.assent.http.InstructionEndpoint;
import io.assent.http.TransactionFilter;
import io.assent.participant.InstructionHandler;
import io.assent.postgres.PostgresParticipant;
import io.assent.postgres.PostgresSettings;
import io.assent.samples.bench.load.Accounts;
import io.assent.samples.bench.load.Pools;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.UnknownAccountException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bank on the JDK's HTTP server, as participant of Assent or of two-phase commit by hand. */
public final class BenchService {

    private static final Logger LOG = LoggerFactory.getLogger(BenchService.class);
    private static final int BACKLOG = 1024;
    private static final int HTTP_OK = 200;
    private static final int HTTP_FAILED = 500;

    private final LongAdder requests = new LongAdder();
    private final AtomicLongArray delayMillis = new AtomicLongArray(Step.ENDPOINTS);
    private final Deliveries deliveries = new Deliveries(Clock.systemUTC());
    private final HttpServer server;

    private BenchService(HttpServer server) {
        this.server = server;
    }

    /** What answers a request that has been counted. */
    private interface Work {
        void doIn(HttpExchange exchange) throws IOException, SQLException;
    }

    public static void main(String[] arguments) throws IOException {
        Surroundings surroundings = Surroundings.of(System.getenv());
        int bank = bankOf(surroundings);
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), surroundings.port()), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        BenchService service = new BenchService(server);
        if (surroundings.coordinators().isEmpty()) {
            service.serveByHand(PreparingBank.open(surroundings.banks().get(bank), surroundings.password()));
        } else {
            service.serveAssent(surroundings, bank);
        }
        service.serveNothing();
        service.serveTheBenchmark();
        server.start();
    }

    /** The first service is the first bank. */
    private static int bankOf(Surroundings surroundings) {
        for (int bank = 0; bank < surroundings.services().size(); bank++) {
            if (surroundings.services().get(bank).endsWith(":" + surroundings.port())) {
                return bank;
            }
        }
        throw new IllegalStateException("no service is to listen at port " + surroundings.port());
    }

    private void serveAssent(Surroundings surroundings, int bank) {
        String url = surroundings.banks().get(bank);
        PostgresParticipant participant = PostgresParticipant.start(
                Pools.open(url, surroundings.password(), Pools.WORK_CONNECTIONS),
                Pools.open(url, surroundings.password(), Pools.OUTCOME_CONNECTIONS),
                PostgresSettings.of(
                        "bank", new ParticipantUrl(surroundings.services().get(bank) + Paths.INSTRUCTIONS)),
                Assent.connect(surroundings.coordinators().toArray(new String[0]))
                        .coordinator());
        counted(Paths.INSTRUCTIONS, new InstructionEndpoint(participant.instructions()));
        server.createContext(
                        Paths.WORK,
                        answering(exchange -> participant.run(connection -> {
                            String[] path = exchange.getRequestURI().getPath().split("/", -1);
                            Accounts.book(connection, Long.parseLong(path[2]), Long.parseLong(path[3]));
                        })))
                .getFilters()
                .add(new TransactionFilter());
    }

    private void serveByHand(PreparingBank bank) {
        server.createContext(Paths.DIRECT_WORK, answering(exchange -> {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            bank.prepare(gid(exchange), Long.parseLong(path[3]), Long.parseLong(path[4]));
        }));
        server.createContext(Paths.DIRECT_COMMIT, answering(exchange -> bank.commit(gid(exchange))));
        server.createContext(Paths.DIRECT_ROLLBACK, answering(exchange -> bank.rollback(gid(exchange))));
    }

    /** The path may be followed by the number of an endpoint. */
    private void serveNothing() {
        HttpHandler instructions = new InstructionEndpoint(new InstructionHandler(new EmptyResource(deliveries)));
        counted(Paths.NOTHING, exchange -> {
            delay(exchange);
            instructions.handle(exchange);
        });
        server.createContext(Paths.DIRECT_NOTHING, answering(this::delay));
    }

    private void serveTheBenchmark() {
        server.createContext("/ready", exchange -> text(exchange, "ready"));
        server.createContext("/requests", exchange -> text(exchange, Long.toString(requests.sum())));
        server.createContext("/deliveries", exchange -> text(exchange, deliveries.seen()));
        server.createContext("/forget", exchange -> {
            deliveries.forget();
            text(exchange, "forgotten");
        });
        server.createContext("/delay", exchange -> {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            delayMillis.set(Integer.parseInt(path[2]), Long.parseLong(path[3]));
            text(exchange, "set");
        });
    }

    private void counted(String path, HttpHandler handler) {
        server.createContext(path, handler)
                .getFilters()
                .add(Filter.beforeHandler("counts requests", _ -> requests.increment()));
    }

    private HttpHandler answering(Work work) {
        return exchange -> {
            requests.increment();
            try (exchange) {
                exchange.sendResponseHeaders(status(work, exchange), -1);
            }
        };
    }

    private static int status(Work work, HttpExchange exchange) throws IOException {
        try {
            work.doIn(exchange);
            return Paths.DONE;
        } catch (UnknownAccountException e) {
            return Paths.REFUSED;
        } catch (SQLException | RuntimeException e) {
            LOG.error("A request failed: uri={}", exchange.getRequestURI(), e);
            return HTTP_FAILED;
        }
    }

    private static String gid(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst(Paths.GID);
    }

    private void delay(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        long millis = delayMillis.get(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
        if (millis == 0) {
            return;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void text(HttpExchange exchange, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(HTTP_OK, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
