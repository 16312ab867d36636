package io.assent.samples.torture;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.Pause;
import io.assent.samples.demo.Ports;
import io.assent.samples.demo.Postgres;
import io.assent.samples.demo.ServiceCommand;
import io.assent.samples.demo.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that can be tortured: replicas of the coordinator, two instances of each bank, their databases, and the links between them. */
final class Town implements AutoCloseable {

    static final String CLIENTS = "clients";
    static final String LOG = "log";
    static final List<String> BANKS = List.of("north", "south");
    static final List<String> DATABASES = List.of(LOG, "north", "south");
    static final List<String> COORDINATORS = List.of("c1", "c2", "c3");
    static final List<String> INSTANCES = List.of("north-1", "north-2", "south-1", "south-2");

    private static final List<String> JAVA_OPTIONS = List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Duration BACK_PATIENCE = Duration.ofMinutes(3);
    private static final Duration BACK_AGAIN_AFTER = Duration.ofMillis(500);

    private final Path directory;
    private final Installation installation;
    private final Network network;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, DatabaseServer> databases = new ConcurrentHashMap<>();
    private final Map<String, ServiceProcess> processes = new ConcurrentHashMap<>();

    Town(Installation installation, Path directory) {
        this.installation = installation;
        this.directory = directory;
        this.network = new Network(
                directory.resolve("network"),
                Stream.of(List.of(CLIENTS), DATABASES, COORDINATORS, INSTANCES)
                        .flatMap(List::stream)
                        .toList());
    }

    void start() {
        CompletableFuture.allOf(DATABASES.stream()
                        .map(name -> CompletableFuture.runAsync(() -> databases.put(
                                name,
                                DatabaseServer.start(directory.resolve("postgres-" + name), log("postgres-" + name)))))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        Stream.concat(COORDINATORS.stream(), INSTANCES.stream()).forEach(name -> ports.put(name, Ports.free()));
        link();
        COORDINATORS.forEach(name -> processes.put(name, new ServiceProcess(coordinator(name), log(name))));
        INSTANCES.forEach(name -> processes.put(name, new ServiceProcess(instance(name), log(name))));
        processes.values().forEach(ServiceProcess::start);
        processes.keySet().forEach(this::startAgain);
    }

    Network network() {
        return network;
    }

    DatabaseServer database(String name) {
        return known(databases, name);
    }

    ServiceProcess process(String name) {
        return known(processes, name);
    }

    static String bankOf(String instance) {
        return instance.substring(0, instance.indexOf('-'));
    }

    /** Starts a process, if it does not run, as often as it takes: one that comes up while its database is away ends at once. */
    void startAgain(String name) {
        ServiceProcess process = process(name);
        long deadline = System.nanoTime() + BACK_PATIENCE.toNanos();
        while (true) {
            try {
                if (process.hasEnded()) {
                    process.start();
                }
                process.awaitReady();
                return;
            } catch (DemoException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Pause.of(BACK_AGAIN_AFTER);
            }
        }
    }

    void moveClock(String coordinator, Duration ahead) {
        try {
            Files.writeString(clock(coordinator), Long.toString(ahead.toMillis()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        CompletableFuture.allOf(processes.values().stream()
                        .map(process -> CompletableFuture.runAsync(process::close))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        network.close();
        databases.values().forEach(DatabaseServer::close);
    }

    private void link() {
        for (String coordinator : COORDINATORS) {
            network.link(coordinator, LOG, database(LOG).port());
            network.link(CLIENTS, coordinator, port(coordinator));
            INSTANCES.forEach(instance -> network.link(coordinator, instance, port(instance)));
            INSTANCES.forEach(instance -> network.link(instance, coordinator, port(coordinator)));
            COORDINATORS.stream()
                    .filter(other -> !other.equals(coordinator))
                    .forEach(other -> network.link(coordinator, other, port(other)));
        }
        for (String instance : INSTANCES) {
            network.link(instance, bankOf(instance), database(bankOf(instance)).port());
            network.link(CLIENTS, instance, port(instance));
        }
    }

    private ServiceCommand coordinator(String name) {
        Map<String, String> environment = new HashMap<>(database("ASSENT_DATABASE", name, LOG));
        environment.put("ASSENT_PORT", Integer.toString(port(name)));
        environment.put("ASSENT_URL", network.url(name));
        environment.put("ASSENT_REPLICA_ID", name);
        environment.put(
                "ASSENT_ALLOWED_ORIGINS", INSTANCES.stream().map(network::url).collect(Collectors.joining(",")));
        environment.put("TORTURE_CLOCK", clock(name).toString());
        List<String> options = javaOptions(name);
        options.addAll(installation.startCache());
        return new ServiceCommand(
                name,
                installation.classPath("coordinator") + File.pathSeparator + own(),
                "io.assent.coordinator.Application",
                direct(name),
                "/health/readiness",
                environment,
                options);
    }

    private ServiceCommand instance(String name) {
        String bank = bankOf(name);
        Map<String, String> environment = new HashMap<>(database("BANK_DATABASE", name, bank));
        environment.put("MICRONAUT_SERVER_PORT", Integer.toString(port(name)));
        environment.put("BANK_NAME", bank);
        environment.put("BANK_URL", network.url(name));
        environment.put(
                "ASSENT_COORDINATORS", COORDINATORS.stream().map(network::url).collect(Collectors.joining(",")));
        return new ServiceCommand(
                name,
                installation.classPath("samples/bank"),
                "io.assent.samples.bank.Application",
                direct(name),
                "/health",
                environment,
                javaOptions(name));
    }

    private Map<String, String> database(String prefix, String source, String name) {
        return Map.of(
                prefix + "_URL",
                "jdbc:postgresql://" + network.authority(source, name) + "/postgres",
                prefix + "_USER",
                Postgres.USER,
                prefix + "_PASSWORD",
                database(name).postgres().password());
    }

    private List<String> javaOptions(String name) {
        List<String> options = new ArrayList<>(JAVA_OPTIONS);
        options.add("-Djdk.net.hosts.file=" + network.hosts(name));
        return options;
    }

    /** Past the network, for looking whether it is ready. */
    private String direct(String name) {
        return "http://127.0.0.1:" + port(name);
    }

    private int port(String name) {
        return known(ports, name);
    }

    private Path clock(String name) {
        return directory.resolve("clock-" + name);
    }

    private Path log(String name) {
        try {
            return Files.createDirectories(directory.resolve("logs")).resolve(name + ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The clock is on the class path of the coordinators. */
    private static String own() {
        try {
            return Path.of(Town.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T known(Map<String, T> all, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException("nothing is called '" + name + "'");
        }
        return found;
    }
}
