package io.assent.samples.bench.run;

import io.assent.samples.bench.load.LoadResult;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.WorkloadText;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.Ports;
import io.assent.samples.demo.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The processes of one candidate, on databases of their own. */
final class Deployment implements AutoCloseable {

    /** As docs/SDK.md recommends for participants; the same for all candidates. */
    private static final String BANK_OPTIONS = "?preferQueryMode=extendedForPrepared";

    private static final int SERVICES = 2;

    /** Seata's server has one for its pages and one for its clients. */
    private static final int SEATA_PORTS = 2;

    private final Site site;
    private final Contender contender;
    private final Books books;
    private final List<ServiceProcess> coordinators;
    private final List<ServiceProcess> services;
    private final ServiceProcess load;

    private Deployment(Site site, Books books, Commands commands) {
        this.site = site;
        this.contender = commands.contender();
        this.books = books;
        this.coordinators = commands.coordinators();
        this.services = commands.services();
        this.load = commands.load();
    }

    /**
     * Where deployments are made.
     *
     * @param profile where recordings go, if there are to be any
     * @param cleanup is told of what is up, be it just starting
     */
    record Site(
            Installation installation,
            Servers servers,
            Path folder,
            Path logs,
            Optional<Path> profile,
            Cleanup cleanup) {}

    /**
     * Starts everything, and returns when all of it is ready.
     *
     * @param name distinguishes it from all others: a name for databases
     */
    static Deployment start(Site site, String name, Contender contender, int replicas) {
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
                site.servers.banks().stream()
                        .map(bank -> bank.url(name) + BANK_OPTIONS)
                        .toList(),
                site.servers.password(),
                urls(services ? SERVICES : 0),
                urls(coordinators),
                site.folder.resolve(name));
        Books books = new Books(site.servers, name, contender);
        Deployment deployment = new Deployment(site, books, new Commands(site, name, contender, surroundings));
        site.cleanup.isUp(deployment);
        try {
            books.open();
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

    void stopCoordinators() {
        coordinators.forEach(ServiceProcess::close);
    }

    /** Starts the one with this index. Returns when it is ready. */
    void startCoordinator(int index) {
        coordinators.get(index).start();
        coordinators.get(index).awaitReady();
    }

    void killCoordinator(int index) {
        coordinators.get(index).kill();
    }

    String coordinatorUrl(int index) {
        return coordinators.get(index).url();
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

    /** Processor time of each process so far. Services are named as their banks are, Seata's server is a coordinator. */
    Map<String, Long> processorMillis() {
        Map<String, Long> millis = new LinkedHashMap<>();
        millis.put(ProcessKind.CLIENT.process(""), ProcessTimes.millisOf(load.pid()));
        for (int i = 0; i < services.size(); i++) {
            String bank = site.servers.banks().get(i).name();
            millis.put(
                    ProcessKind.SERVICES.process(bank),
                    ProcessTimes.millisOf(services.get(i).pid()));
        }
        for (int i = 0; i < coordinators.size(); i++) {
            millis.put(
                    ProcessKind.COORDINATORS.process(i + 1),
                    ProcessTimes.millisOf(coordinators.get(i).pid()));
        }
        return millis;
    }

    /** Processor time of all Java processes so far, and what their compilers had of it. */
    WarmUp.Times javaTimes() {
        return Stream.of(List.of(load), services, coordinators)
                .flatMap(List::stream)
                .map(process -> new WarmUp.Times(
                        ProcessTimes.millisOfCompilers(process.pid()), ProcessTimes.millisOf(process.pid())))
                .reduce(WarmUp.Times.NONE, WarmUp.Times::plus);
    }

    /** Stops the processes and removes the databases. */
    @Override
    public void close() {
        site.cleanup.isDown(this);
        stopProcesses();
        books.close();
    }

    void stopProcesses() {
        load.close();
        services.forEach(ServiceProcess::close);
        coordinators.forEach(ServiceProcess::close);
    }

    /** The first coordinator makes the tables, Seata's clients want its server, and eight starting at once are slow. */
    private void startInOrder() {
        for (ServiceProcess coordinator : coordinators) {
            coordinator.start();
            coordinator.awaitReady();
        }
        List<ServiceProcess> others = new ArrayList<>(services);
        others.add(load);
        others.forEach(ServiceProcess::start);
        others.forEach(ServiceProcess::awaitReady);
    }

    private static List<String> urls(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> "http://127.0.0.1:" + Ports.free())
                .toList();
    }
}
