package io.assent.samples.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A coordinator to develop against, on a PostgreSQL of its own whose data stay. The main class of {@code ./assent dev},
 * which hands over its options as ASSENT_DATA and ASSENT_PORT.
 */
public final class Dev {

    private static final int FAIL = 1;
    private static final int DEFAULT_PORT = 8080;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final DataDirectory data;
    private final Postgres database;
    private final ServiceProcess coordinator;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Dev(DataDirectory data, Postgres database, ServiceProcess coordinator) {
        this.data = data;
        this.database = database;
        this.coordinator = coordinator;
    }

    public static void main(String[] arguments) {
        try {
            Map<String, String> environment = System.getenv();
            int port = port(environment.getOrDefault("ASSENT_PORT", Integer.toString(DEFAULT_PORT)));
            Path path =
                    Path.of(environment.getOrDefault("ASSENT_DATA", ".assent")).toAbsolutePath();
            start(path, port).untilItEnds();
        } catch (DemoException e) {
            System.err.println("dev: " + e.getMessage());
            System.exit(FAIL);
        }
    }

    private static Dev start(Path path, int port) {
        DataDirectory data = DataDirectory.open(path);
        data.endLeftovers();
        if (!Ports.isFree(port)) {
            throw new DemoException("port " + port + " is in use: give --port another one.");
        }
        System.out.println("Starting PostgreSQL and a coordinator on " + path + " …");
        Postgres database = Postgres.start(data.postgres(), data.log("postgres"), data.password());
        ServiceProcess coordinator = new ServiceProcess(command(database, port), data.log("coordinator"));
        Dev dev = new Dev(data, database, coordinator);
        Runtime.getRuntime().addShutdownHook(new Thread(dev::close, "stop everything"));
        coordinator.start();
        data.remember("coordinator", coordinator.pid());
        coordinator.awaitReady();
        dev.explain(path);
        return dev;
    }

    /** A coordinator on this database, which calls participants on this machine only. */
    static ServiceCommand command(Postgres database, int port) {
        String url = "http://127.0.0.1:" + port;
        return new ServiceCommand(
                "coordinator",
                Installation.find().classPath("coordinator"),
                "io.assent.coordinator.Application",
                url,
                "/health/readiness",
                Map.of(
                        "ASSENT_DATABASE_URL",
                        database.url(),
                        "ASSENT_DATABASE_USER",
                        Postgres.USER,
                        "ASSENT_DATABASE_PASSWORD",
                        database.password(),
                        "ASSENT_PORT",
                        Integer.toString(port),
                        "ASSENT_URL",
                        url,
                        "ASSENT_ALLOWED_ORIGINS",
                        "loopback"));
    }

    private void explain(Path path) {
        String url = coordinator.url();
        System.out.printf(
                """

                A coordinator is listening on %1$s; it calls participants on this machine only.
                  the API       %1$s/openapi/ui
                  transactions  %1$s/v1/transactions
                  metrics       %1$s/prometheus
                  its database  %2$s (user %3$s, password in %4$s)
                  logs          %5$s

                Type next, in another terminal, to begin a transaction by hand:
                  curl -s -X POST %1$s/v1/transactions -H 'Content-Type: application/json' -d '{"timeoutMillis":30000}'
                or point a service with the SDK at it: Assent.connect("%1$s").
                Ctrl-C stops it; what is in %6$s stays.
                """, url, database.url(), Postgres.USER, path.resolve("password"), path.resolve("logs"), path);
    }

    /** Returns never: Ctrl-C ends the process, and a coordinator that ends by itself is an error. */
    private void untilItEnds() {
        while (closed.getCount() > 0) {
            Pause.of(LOOK_AGAIN);
            if (closed.getCount() > 0 && coordinator.hasEnded()) {
                throw new DemoException("the coordinator has ended; its log: " + coordinator.log());
            }
        }
    }

    private void close() {
        closed.countDown();
        coordinator.close();
        database.close();
        data.close();
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw new DemoException("ASSENT_PORT must be a number from 1 to 65535 and is '" + text + "'.");
        }
        return Integer.parseInt(text);
    }
}
