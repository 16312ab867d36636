package io.assent.samples.demo;

import io.assent.samples.faults.Holds;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Three PostgreSQL servers, the coordinator, two banks and the transfer service, each a process of its own. */
final class Cluster implements AutoCloseable {

    static final List<String> BANKS = List.of("north", "south");

    private static final int FIRST_PORT = 8080;

    private final Installation installation;
    private final Path directory;
    private final Map<String, CompletableFuture<Postgres>> databases = new ConcurrentHashMap<>();
    private final Map<String, ServiceProcess> services = new ConcurrentHashMap<>();

    private Cluster(Installation installation, Path directory) {
        this.installation = installation;
        this.directory = directory;
    }

    /** Prepares a cluster; {@link #start} starts it. Closing stops whatever has been started by then. */
    static Cluster in(Installation installation, Path directory) {
        return new Cluster(installation, directory);
    }

    void start() {
        startDatabases();
        Map<String, String> urls = new HashMap<>();
        int port = FIRST_PORT;
        for (String name : List.of("coordinator", "north", "south", "transfer")) {
            urls.put(name, "http://127.0.0.1:" + Ports.preferring(port));
            port++;
        }
        add(coordinator(urls));
        BANKS.forEach(bank -> add(bank(bank, urls)));
        add(transfer(urls));
        services().forEach(ServiceProcess::start);
        services().forEach(ServiceProcess::awaitReady);
    }

    ServiceProcess coordinator() {
        return service("coordinator");
    }

    ServiceProcess service(String name) {
        ServiceProcess service = services.get(name);
        if (service == null) {
            throw new IllegalArgumentException("no service '" + name + "'");
        }
        return service;
    }

    /** In a fixed order, for the screen. */
    List<ServiceProcess> services() {
        return List.of(service("coordinator"), service("north"), service("south"), service("transfer"));
    }

    /** The database of the coordinator or of a bank. */
    Postgres database(String name) {
        CompletableFuture<Postgres> database = databases.get(name);
        if (database == null) {
            throw new IllegalArgumentException("no database '" + name + "'");
        }
        return database.join();
    }

    /** The crash points of a process. */
    Holds holds(String name) {
        return new Holds(holdsDirectory(name));
    }

    @Override
    public void close() {
        List<ServiceProcess> running = List.copyOf(services.values());
        CompletableFuture.allOf(running.stream()
                        .map(service -> CompletableFuture.runAsync(service::close))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        // After the services: they end more quietly while their databases are there.
        // Also one that is just starting: it would outlive us.
        CompletableFuture.allOf(databases.values().stream()
                        .map(starting -> starting.thenAccept(Postgres::close).exceptionally(_ -> null))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    private void startDatabases() {
        for (String name : List.of("coordinator", "north", "south")) {
            Path data = directory.resolve("postgres").resolve(name);
            Path log = log("postgres-" + name);
            databases.put(name, CompletableFuture.supplyAsync(() -> Postgres.start(data, log, Secrets.password())));
        }
        try {
            CompletableFuture.allOf(databases.values().toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new DemoException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        }
    }

    private void add(ServiceCommand command) {
        services.put(command.name(), new ServiceProcess(command, log(command.name())));
    }

    private ServiceCommand coordinator(Map<String, String> urls) {
        Map<String, String> environment = new HashMap<>(databaseEnvironment("ASSENT_DATABASE", "coordinator"));
        environment.put("ASSENT_PORT", port(urls, "coordinator"));
        environment.put("ASSENT_URL", url(urls, "coordinator"));
        environment.put("ASSENT_ALLOWED_ORIGINS", "loopback");
        environment.put(Holds.VARIABLE, holdsDirectory("coordinator").toString());
        return new ServiceCommand(
                "coordinator",
                classPath("coordinator"),
                "io.assent.coordinator.Application",
                url(urls, "coordinator"),
                "/health/readiness",
                environment);
    }

    private ServiceCommand bank(String name, Map<String, String> urls) {
        Map<String, String> environment = new HashMap<>(databaseEnvironment("BANK_DATABASE", name));
        environment.put("MICRONAUT_SERVER_PORT", port(urls, name));
        environment.put("BANK_NAME", name);
        environment.put("BANK_URL", url(urls, name));
        environment.put("ASSENT_COORDINATORS", url(urls, "coordinator"));
        environment.put(Holds.VARIABLE, holdsDirectory(name).toString());
        return new ServiceCommand(
                name,
                classPath("samples/bank"),
                "io.assent.samples.bank.Application",
                url(urls, name),
                "/health",
                environment);
    }

    private ServiceCommand transfer(Map<String, String> urls) {
        return new ServiceCommand(
                "transfer",
                classPath("samples/transfer"),
                "io.assent.samples.transfer.Application",
                url(urls, "transfer"),
                "/health",
                Map.of(
                        "MICRONAUT_SERVER_PORT", port(urls, "transfer"),
                        "ASSENT_COORDINATORS", url(urls, "coordinator"),
                        "BANKS", "north=" + url(urls, "north") + ",south=" + url(urls, "south")));
    }

    private Map<String, String> databaseEnvironment(String prefix, String name) {
        Postgres database = database(name);
        return Map.of(
                prefix + "_URL",
                database.url(),
                prefix + "_USER",
                Postgres.USER,
                prefix + "_PASSWORD",
                database.password());
    }

    private String classPath(String module) {
        return installation.classPath(module) + File.pathSeparator + Installation.faultsClassPath();
    }

    private Path holdsDirectory(String name) {
        return directory.resolve("holds").resolve(name);
    }

    private Path log(String name) {
        try {
            return Files.createDirectories(directory.resolve("logs")).resolve(name + ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String url(Map<String, String> urls, String name) {
        return String.valueOf(urls.get(name));
    }

    private static String port(Map<String, String> urls, String name) {
        String url = url(urls, name);
        return url.substring(url.lastIndexOf(':') + 1);
    }
}
