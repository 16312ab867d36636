package io.assent.samples.crash;

import io.assent.samples.demo.Installation;
import io.assent.samples.demo.Pause;
import io.assent.samples.demo.Ports;
import io.assent.samples.demo.Postgres;
import io.assent.samples.demo.Secrets;
import io.assent.samples.demo.ServiceCommand;
import io.assent.samples.demo.ServiceProcess;
import io.assent.samples.faults.Holds;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two replicas of the coordinator, three banks, the service that moves money, and a PostgreSQL server for each database.
 * North votes on return, south when it is asked, desk is asked too and never inquires by itself. Every message between
 * them passes a proxy.
 */
final class Parties implements AutoCloseable {

    static final List<String> COORDINATORS = List.of("c1", "c2");
    static final List<String> BANKS = List.of("north", "south", "desk");
    static final String INITIATOR = "transfer";

    private static final String LOG = "coordinator";
    private static final Duration DEATH_PATIENCE = Duration.ofSeconds(10);
    private static final List<String> JAVA =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final Map<String, String> OF_COORDINATORS = Map.of(
            "ASSENT_ALLOWED_ORIGINS", "loopback",
            "ASSENT_MEMBERSHIP_RENEW_INTERVAL", "300ms",
            "ASSENT_MEMBERSHIP_GONE_AFTER", "1500ms",
            "ASSENT_RECOVERY_INTERVAL", "500ms",
            "ASSENT_RECOVERY_HAND_OVER", "1s",
            "ASSENT_GATEWAY_BACK_OFF_MAX", "500ms",
            "ASSENT_HTTP_DEADLINE_MAX", "30s",
            "ASSENT_LOG_RETENTION", "90s",
            "ASSENT_LOG_PRUNE_INTERVAL", "2s");
    private static final Map<String, String> OF_BANKS = Map.of(
            "north", "ON_RETURN",
            "south", "ON_PREPARE",
            "desk", "ON_PREPARE");

    private final Installation installation;
    private final Path directory;
    private final Network network = new Network();
    private final Map<String, Postgres> databases = new HashMap<>();
    private final Map<String, Proxy> proxies = new HashMap<>();
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private final Map<String, ClassArchive> archives = new HashMap<>();

    Parties(Installation installation, Path directory) {
        this.installation = installation;
        this.directory = directory;
    }

    void start() {
        for (String name : List.of(LOG, "north", "south", "desk")) {
            databases.put(
                    name,
                    Postgres.start(
                            directory.resolve("postgres").resolve(name), log("postgres-" + name), Secrets.password()));
        }
        Map<String, Integer> ports = new HashMap<>();
        for (String name : names()) {
            int port = Ports.free();
            ports.put(name, port);
            proxies.put(name, new Proxy("http://127.0.0.1:" + port, network));
        }
        COORDINATORS.forEach(
                name -> add(name, ports, "coordinator", "coordinator.Application", coordinator(name, ports)));
        BANKS.forEach(name -> add(name, ports, "samples/bank", "samples.bank.Application", bank(name, ports)));
        add(INITIATOR, ports, "samples/transfer", "samples.transfer.Application", initiator(ports));
        startAgain(services.keySet());
    }

    /** So that every start from now on takes less time; to be called once all have worked. */
    void hastenStarts() {
        for (String name : List.of("c1", "north", INITIATOR)) {
            if (!known(archives, name).makeFrom(known(services, name).pid())) {
                System.out.println("no archive of the classes of " + name + ": its starts stay slow");
            }
        }
    }

    Network network() {
        return network;
    }

    /** Where a party is reached, by way of its proxy. */
    String url(String name) {
        return known(proxies, name).url();
    }

    Database log() {
        return new Database(known(databases, LOG));
    }

    Database database(String bank) {
        return new Database(known(databases, bank));
    }

    Holds holds(String name) {
        return new Holds(holdsDirectory(name));
    }

    /** The crash points that anybody reached. */
    Set<String> reached() {
        Set<String> reached = new TreeSet<>();
        names().forEach(name -> reached.addAll(holds(name).reached()));
        return reached;
    }

    static List<String> on(Side side) {
        return switch (side) {
            case COORDINATOR -> COORDINATORS;
            case PARTICIPANT -> BANKS;
            case INITIATOR -> List.of(INITIATOR);
            case BOTH -> List.of("c1", "c2", "north", "south", "desk");
        };
    }

    /** SIGKILL to all of them at once; returns when they are gone. */
    void kill(Collection<String> names) {
        List<ProcessHandle> dying = names.stream()
                .flatMap(name -> ProcessHandle.of(known(services, name).pid()).stream())
                .toList();
        dying.forEach(ProcessHandle::destroyForcibly);
        if (!Pause.until(() -> dying.stream().noneMatch(ProcessHandle::isAlive), DEATH_PATIENCE)) {
            throw new CrashMatrixException("a process survives SIGKILL: " + names);
        }
    }

    void startAgain(Collection<String> names) {
        names.forEach(name -> known(services, name).start());
        names.forEach(name -> known(services, name).awaitReady());
    }

    @Override
    public void close() {
        services.values().parallelStream().forEach(ServiceProcess::close);
        proxies.values().forEach(Proxy::close);
        databases.values().parallelStream().forEach(Postgres::close);
    }

    private static List<String> names() {
        return List.of("c1", "c2", "north", "south", "desk", INITIATOR);
    }

    private void add(String name, Map<String, Integer> ports, String module, String main, Map<String, String> own) {
        Map<String, String> environment = new HashMap<>(own);
        environment.put(Holds.VARIABLE, holdsDirectory(name).toString());
        ClassArchive archive = archiveOf(module);
        archives.put(name, archive);
        List<String> options = new ArrayList<>(JAVA);
        options.add(archive.option());
        services.put(
                name,
                new ServiceProcess(
                        new ServiceCommand(
                                name,
                                installation.classPath(module) + File.pathSeparator + faultsClassPath(),
                                "io.assent." + main,
                                "http://127.0.0.1:" + known(ports, name),
                                COORDINATORS.contains(name) ? "/health/readiness" : "/health",
                                environment,
                                options),
                        log(name)));
    }

    private ClassArchive archiveOf(String module) {
        return ClassArchive.in(directory.resolve("classes"), module.replace('/', '-'));
    }

    private Map<String, String> coordinator(String name, Map<String, Integer> ports) {
        Map<String, String> environment = new HashMap<>(OF_COORDINATORS);
        environment.putAll(access("ASSENT_DATABASE", LOG));
        environment.put("ASSENT_PORT", String.valueOf(ports.get(name)));
        environment.put("ASSENT_URL", url(name));
        environment.put("ASSENT_REPLICA_ID", name);
        return environment;
    }

    private Map<String, String> bank(String name, Map<String, Integer> ports) {
        Map<String, String> environment = new HashMap<>(access("BANK_DATABASE", name));
        environment.put("MICRONAUT_SERVER_PORT", String.valueOf(ports.get(name)));
        environment.put("BANK_NAME", name);
        environment.put("BANK_URL", url(name));
        environment.put("ASSENT_COORDINATORS", url("c1") + "," + url("c2"));
        environment.put("ASSENT_PARTICIPANT_VOTING", known(OF_BANKS, name));
        environment.put("ASSENT_PARTICIPANT_IDLE_TIMEOUT", "10s");
        if (name.equals("desk")) {
            environment.put("ASSENT_PARTICIPANT_SWEEP_FIRST_AFTER", "24h");
            environment.put("ASSENT_PARTICIPANT_SWEEP_INTERVAL", "24h");
        }
        return environment;
    }

    private Map<String, String> initiator(Map<String, Integer> ports) {
        return Map.of(
                "MICRONAUT_SERVER_PORT",
                String.valueOf(ports.get(INITIATOR)),
                "ASSENT_COORDINATORS",
                url("c1") + "," + url("c2"),
                "ASSENT_DEADLINE",
                "6s",
                "BANKS",
                "north=" + url("north") + ",south=" + url("south"));
    }

    private Map<String, String> access(String prefix, String database) {
        Postgres server = known(databases, database);
        return Map.of(
                prefix + "_URL",
                server.url(),
                prefix + "_USER",
                Postgres.USER,
                prefix + "_PASSWORD",
                server.password());
    }

    private static String faultsClassPath() {
        try {
            return Path.of(Holds.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
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

    private static <T> T known(Map<String, T> all, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no party '" + name + "'");
        }
        return found;
    }
}
