package io.assent.samples.demo;

import io.assent.samples.faults.Holds;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three PostgreSQL servers, the coordinator's replicas, two banks and perhaps the transfer service, each a process of its own. */
final class Cluster implements AutoCloseable {

    static final List<String> BANKS = List.of("north", "south");

    private static final String TRANSFER = "transfer";
    private static final int FIRST_PORT = 8080;

    /**
     * What there is of it.
     *
     * @param replicas how many of the coordinator
     * @param initiators which services that begin transactions
     * @param database settings of each PostgreSQL server, beside those that durability needs
     * @param bank environment of each bank, beside what it needs
     */
    record Layout(int replicas, List<String> initiators, Map<String, String> database, Map<String, String> bank) {

        Layout {
            initiators = List.copyOf(initiators);
            database = Map.copyOf(database);
            bank = Map.copyOf(bank);
        }

        static Layout withTransferService(int replicas) {
            return new Layout(replicas, List.of(TRANSFER), Map.of(), Map.of());
        }

        static Layout withoutTransferService(int replicas, Map<String, String> database, Map<String, String> bank) {
            return new Layout(replicas, List.of(), database, bank);
        }

        /** The first keeps the port that the documents name, and the banks theirs. */
        private List<String> names() {
            List<String> names = new ArrayList<>(List.of(coordinators().getFirst()));
            names.addAll(BANKS);
            names.addAll(initiators);
            names.addAll(coordinators().subList(1, replicas));
            return names;
        }

        private List<String> coordinators() {
            return replicas == 1
                    ? List.of("coordinator")
                    : IntStream.rangeClosed(1, replicas).mapToObj(i -> "c" + i).toList();
        }
    }

    private final Layout layout;
    private final Installation installation;
    private final Path directory;
    private final Map<String, CompletableFuture<Postgres>> databases = new ConcurrentHashMap<>();
    private final Map<String, ServiceProcess> services = new ConcurrentHashMap<>();

    private Cluster(Layout layout, Installation installation, Path directory) {
        this.layout = layout;
        this.installation = installation;
        this.directory = directory;
    }

    /** Prepares a cluster; {@link #start} starts it. Closing stops whatever has been started by then. */
    static Cluster of(Layout layout, Installation installation, Path directory) {
        return new Cluster(layout, installation, directory);
    }

    void start() {
        startDatabases();
        Map<String, String> urls = new HashMap<>();
        int port = FIRST_PORT;
        for (String name : layout.names()) {
            urls.put(name, "http://127.0.0.1:" + Ports.preferring(port));
            port++;
        }
        layout.coordinators().forEach(replica -> add(coordinator(replica, urls)));
        BANKS.forEach(bank -> add(bank(bank, urls)));
        if (layout.initiators().contains(TRANSFER)) {
            add(transfer(urls));
        }
        services().forEach(ServiceProcess::start);
        services().forEach(ServiceProcess::awaitReady);
    }

    /** The replicas of the coordinator. */
    List<ServiceProcess> coordinators() {
        return layout.coordinators().stream().map(this::service).toList();
    }

    /** Where all replicas listen, dead ones included. */
    List<String> coordinatorUrls() {
        return coordinators().stream().map(ServiceProcess::url).toList();
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
        List<String> names = new ArrayList<>(layout.coordinators());
        names.addAll(BANKS);
        names.addAll(layout.initiators());
        return names.stream().map(this::service).toList();
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
            databases.put(
                    name,
                    CompletableFuture.supplyAsync(
                            () -> Postgres.start(data, log, Secrets.password(), layout.database())));
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

    private ServiceCommand coordinator(String name, Map<String, String> urls) {
        Map<String, String> environment = new HashMap<>(databaseEnvironment("ASSENT_DATABASE", "coordinator"));
        environment.put("ASSENT_PORT", port(urls, name));
        environment.put("ASSENT_URL", url(urls, name));
        environment.put("ASSENT_REPLICA_ID", name);
        environment.put("ASSENT_ALLOWED_ORIGINS", "loopback");
        environment.put(Holds.VARIABLE, holdsDirectory(name).toString());
        return new ServiceCommand(
                        name,
                        classPath("coordinator"),
                        "io.assent.coordinator.Application",
                        url(urls, name),
                        "/health/readiness",
                        environment)
                .and(installation.startCache());
    }

    private ServiceCommand bank(String name, Map<String, String> urls) {
        Map<String, String> environment = new HashMap<>(databaseEnvironment("BANK_DATABASE", name));
        environment.put("MICRONAUT_SERVER_PORT", port(urls, name));
        environment.put("BANK_NAME", name);
        environment.putAll(layout.bank());
        environment.put("BANK_URL", url(urls, name));
        environment.put("ASSENT_COORDINATORS", coordinators(urls));
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
                TRANSFER,
                classPath("samples/transfer"),
                "io.assent.samples.transfer.Application",
                url(urls, TRANSFER),
                "/health",
                Map.of(
                        "MICRONAUT_SERVER_PORT", port(urls, TRANSFER),
                        "ASSENT_COORDINATORS", coordinators(urls),
                        "BANKS", "north=" + url(urls, "north") + ",south=" + url(urls, "south")));
    }

    private String coordinators(Map<String, String> urls) {
        return layout.coordinators().stream().map(name -> url(urls, name)).collect(Collectors.joining(","));
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
