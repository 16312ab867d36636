package io.assent.samples.bench.run;

import io.assent.samples.bench.load.LoadResult;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.WorkloadText;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.Ports;
import io.assent.samples.demo.Postgres;
import io.assent.samples.demo.ServiceCommand;
import io.assent.samples.demo.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The processes of one candidate, on databases of their own. */
final class Deployment implements AutoCloseable {

    private static final String SERVICE = "io.assent.samples.bench.service.BenchService";
    private static final String COORDINATOR = "io.assent.coordinator.Application";
    private static final int SERVICES = 2;

    /** Seata's server has one for its pages and one for its clients. */
    private static final int SEATA_PORTS = 2;

    private final Contender contender;
    private final Books books;
    private final List<ServiceProcess> coordinators = new ArrayList<>();
    private final List<ServiceProcess> services = new ArrayList<>();
    private final ServiceProcess load;

    private Deployment(Contender contender, Books books, Started started) {
        this.contender = contender;
        this.books = books;
        this.coordinators.addAll(started.coordinators);
        this.services.addAll(started.services);
        this.load = started.load;
    }

    private record Started(List<ServiceProcess> coordinators, List<ServiceProcess> services, ServiceProcess load) {}

    /**
     * Where deployments are made.
     *
     * @param profile where recordings go, if there are to be any
     */
    record Site(Installation installation, Servers servers, Path folder, Path logs, Optional<Path> profile) {}

    /**
     * Starts everything, and returns when all of it is ready.
     *
     * @param name distinguishes it from all others: a name for databases
     */
    static Deployment start(Site site, String name, Contender contender, int replicas) {
        Books books = new Books(site.servers, name, contender);
        books.open();
        boolean services = contender.parts() == Contender.Parts.SERVICES
                || contender.parts() == Contender.Parts.SERVICES_AND_COORDINATORS;
        int coordinators = switch (contender.parts()) {
            case NOTHING_MORE, SERVICES -> 0;
            case SERVICES_AND_COORDINATORS -> replicas;
            case SEATA_SERVER -> SEATA_PORTS;
        };
        Surroundings surroundings = new Surroundings(
                0,
                site.servers.log().url(name),
                site.servers.banks().stream().map(bank -> bank.url(name)).toList(),
                site.servers.password(),
                urls(services ? SERVICES : 0),
                urls(coordinators),
                site.folder.resolve(name));
        Commands commands = new Commands(site, name, contender, surroundings);
        Started started = new Started(commands.coordinators(), commands.services(), commands.load());
        Deployment deployment = new Deployment(contender, books, started);
        try {
            deployment.startInOrder();
            return deployment;
        } catch (RuntimeException e) {
            deployment.close();
            throw e;
        }
    }

    Contender contender() {
        return contender;
    }

    Books books() {
        return books;
    }

    void load(Point point) {
        Http.post(load.url() + "/start?clients=" + point.clients() + "&"
                + WorkloadText.write(point.variant().workload()));
    }

    void measure() {
        Http.post(load.url() + "/measure");
    }

    /** Waits until all clients have finished what they were at. */
    LoadResult stop() {
        return LoadResult.of(Http.properties(load.url() + "/stop"));
    }

    /** How long the service takes that serves the tenth participant. */
    void slow(int endpoint, int millis) {
        services.forEach(service -> Http.post(service.url() + "/delay/" + endpoint + "/" + millis));
    }

    /** What came to branches that do nothing, since it was last forgotten. */
    Deliveries deliveries() {
        return services.stream()
                .map(service -> Deliveries.parse(Http.text(service.url() + "/deliveries")))
                .reduce(new Deliveries(0, 0, 0), Deliveries::and);
    }

    void forgetDeliveries() {
        services.forEach(service -> Http.post(service.url() + "/forget"));
    }

    void stopCoordinator() {
        coordinators.forEach(ServiceProcess::close);
    }

    /** Returns when it is ready. */
    void startCoordinator() {
        coordinators.forEach(ServiceProcess::start);
        coordinators.forEach(ServiceProcess::awaitReady);
    }

    /** Transactions that the coordinator has in memory. */
    long inFlight() {
        return (long) Http.metric(coordinators.getFirst().url(), "assent_inflight", "");
    }

    /** Bytes of heap that the coordinator uses behind a full collection. */
    long coordinatorHeap() {
        ServiceProcess coordinator = coordinators.getFirst();
        Collector.collect(coordinator.pid());
        return (long) Http.metric(coordinator.url(), "jvm_memory_used_bytes", "area=\"heap\"");
    }

    /** All HTTP requests that coordinators and services have served, but for those of the benchmark. */
    long requests() {
        long sum = 0;
        for (ServiceProcess service : services) {
            sum += Long.parseLong(Http.text(service.url() + "/requests"));
        }
        for (ServiceProcess coordinator : coordinators) {
            // Seata's clients do not speak HTTP.
            sum += contender.parts() == Contender.Parts.SEATA_SERVER ? 0 : Http.requestsServed(coordinator.url());
        }
        return sum;
    }

    /** Processor time by kind of process. */
    Map<String, Long> processorMillis() {
        Map<String, Long> millis = new LinkedHashMap<>();
        millis.put("client", ProcessTimes.millisOf(load.pid()));
        if (!services.isEmpty()) {
            millis.put("services", sum(services));
        }
        if (!coordinators.isEmpty()) {
            millis.put("coordinators", sum(coordinators));
        }
        return millis;
    }

    /** Stops the processes and removes the databases. */
    @Override
    public void close() {
        load.close();
        services.forEach(ServiceProcess::close);
        coordinators.forEach(ServiceProcess::close);
        books.close();
    }

    /** The first coordinator makes the tables and Seata's clients want its server, so those come first; the others at once. */
    private void startInOrder() {
        if (!coordinators.isEmpty()) {
            coordinators.getFirst().start();
            coordinators.getFirst().awaitReady();
        }
        List<ServiceProcess> others =
                processes().stream().skip(coordinators.isEmpty() ? 0 : 1).toList();
        others.forEach(ServiceProcess::start);
        others.forEach(ServiceProcess::awaitReady);
    }

    private List<ServiceProcess> processes() {
        List<ServiceProcess> all = new ArrayList<>(coordinators);
        all.addAll(services);
        all.add(load);
        return all;
    }

    private static long sum(List<ServiceProcess> processes) {
        return processes.stream()
                .mapToLong(process -> ProcessTimes.millisOf(process.pid()))
                .sum();
    }

    private static List<String> urls(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> "http://127.0.0.1:" + Ports.free())
                .toList();
    }

    /** How each process is started. */
    private record Commands(Site site, String name, Contender contender, Surroundings surroundings) {

        /** The same for every Java process of every candidate. The server of the JDK answers late without the last one. */
        private static final List<String> JAVA_OPTIONS =
                List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-Dsun.net.httpserver.nodelay=true");

        private static final String OWN_LOGGING = "-Dlogback.configurationFile=bench-logback.xml";

        List<ServiceProcess> coordinators() {
            if (contender.parts() == Contender.Parts.SEATA_SERVER) {
                return List.of(seata());
            }
            return surroundings.coordinators().stream()
                    .map(url -> process("coordinator", "coordinator", COORDINATOR, url, coordinator(url)))
                    .toList();
        }

        List<ServiceProcess> services() {
            return surroundings.services().stream()
                    .map(url -> process("service", "samples/bench/load", SERVICE, url, told(url)))
                    .toList();
        }

        ServiceProcess load() {
            String url = urls(1).getFirst();
            return process("load", contender.module(), contender.mainClass(), url, told(url));
        }

        private ServiceProcess seata() {
            String url = surroundings.coordinators().getFirst();
            List<String> options = new ArrayList<>(JAVA_OPTIONS);
            options.addAll(SeataServer.options(
                    surroundings, port(url), port(surroundings.coordinators().getLast())));
            return process(new ServiceCommand(
                    "seata",
                    site.installation.classPath(SeataServer.MODULE),
                    SeataServer.MAIN_CLASS,
                    url,
                    "/",
                    Map.of(),
                    options));
        }

        private Map<String, String> told(String url) {
            return surroundings.withPort(port(url)).toEnvironment();
        }

        private Map<String, String> coordinator(String url) {
            return Map.of(
                    "ASSENT_DATABASE_URL",
                    surroundings.log(),
                    "ASSENT_DATABASE_USER",
                    Postgres.USER,
                    "ASSENT_DATABASE_PASSWORD",
                    surroundings.password(),
                    "ASSENT_PORT",
                    Integer.toString(port(url)),
                    "ASSENT_URL",
                    url,
                    "ASSENT_ALLOWED_ORIGINS",
                    "loopback");
        }

        private ServiceProcess process(
                String kind, String module, String mainClass, String url, Map<String, String> environment) {
            List<String> options = new ArrayList<>(JAVA_OPTIONS);
            if (!kind.equals("coordinator")) {
                options.add(OWN_LOGGING);
            }
            String readiness = kind.equals("coordinator") ? "/health/readiness" : "/ready";
            return process(new ServiceCommand(
                    kind, site.installation.classPath(module), mainClass, url, readiness, environment, options));
        }

        private ServiceProcess process(ServiceCommand command) {
            String file = name + "-" + command.name() + "-" + port(command.url());
            List<String> options = new ArrayList<>(command.javaOptions());
            site.profile.ifPresent(
                    folder -> options.add("-XX:StartFlightRecording:settings=profile,dumponexit=true,filename="
                            + folder.resolve(file + ".jfr")));
            return new ServiceProcess(command.with(options), site.logs.resolve(file + ".log"));
        }

        private static int port(String url) {
            return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        }
    }
}
