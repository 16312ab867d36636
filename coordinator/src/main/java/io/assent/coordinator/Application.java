package io.assent.coordinator;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the coordinator, and ends it in good order. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Assent coordinator",
                        version = "1",
                        description =
                                "A change across several services happens everywhere or nowhere. Every request may be"
                                        + " repeated, to any replica. Errors are problem+json (RFC 9457) with a code.",
                        license = @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0")))
public final class Application {

    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final int CANNOT_START = 2;
    private static final String EVENTS_OF_NETTY = "io.netty.jfr.enabled";

    private Application() {}

    /** Exits with 2 if it can't start, having said why in one line, or in one for each setting that is wrong. */
    public static void main(String[] args) throws InterruptedException {
        EmbeddedServer server;
        Thread.setDefaultUncaughtExceptionHandler(new UncaughtErrors(Runtime.getRuntime()::halt));
        leaveOutEventsOfNetty();
        try {
            server = start(args);
        } catch (RuntimeException e) {
            LOG.debug("cannot start", e);
            StartFailure.explain(e).forEach(line -> System.err.println("assent: " + line.replaceAll("\\s+", " ")));
            Runtime.getRuntime().halt(CANNOT_START);
            return;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop(server);
                            stopped.countDown();
                        },
                        "assent-shutdown"));
        long sinceStart = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        LOG.info("listening url={} startMillis={}", server.getURL(), sinceStart);
        stopped.await();
    }

    /**
     * Its first buffer would set up all of the flight recorder, and what a crash has left would wait for that (docs/PERFORMANCE.md,
     * section 5). Who wants the events gives the property.
     */
    private static void leaveOutEventsOfNetty() {
        if (System.getProperty(EVENTS_OF_NETTY) == null) {
            System.setProperty(EVENTS_OF_NETTY, "false");
        }
    }

    private static EmbeddedServer start(String[] args) {
        ApplicationContext context = ApplicationContext.builder(Application.class)
                .args(args)
                .banner(false)
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .start();
        return context.getBean(EmbeddedServer.class).start();
    }

    private static void stop(EmbeddedServer server) {
        LOG.info("stopping");
        server.getApplicationContext().getBean(Coordinator.class).drain();
        server.stop();
        LOG.info("stopped");
    }
}
