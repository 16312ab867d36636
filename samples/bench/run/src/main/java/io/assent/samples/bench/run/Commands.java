package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.demo.Ports;
import io.assent.samples.demo.Postgres;
import io.assent.samples.demo.ServiceCommand;
import io.assent.samples.demo.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How each process is started. */
record Commands(Deployment.Site site, String name, Contender contender, Surroundings surroundings) {

    private static final String SERVICE = "io.assent.samples.bench.service.BenchService";
    private static final String COORDINATOR = "io.assent.coordinator.Application";

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
                .map(url -> process("service", Contender.DIRECT_HTTP.module(), SERVICE, url, told(url)))
                .toList();
    }

    ServiceProcess load() {
        String url = "http://127.0.0.1:" + Ports.free();
        return process("load", contender.module(), contender.mainClass(), url, told(url));
    }

    private ServiceProcess seata() {
        String url = surroundings.coordinators().getFirst();
        List<String> options = new ArrayList<>(JAVA_OPTIONS);
        options.addAll(SeataServer.options(
                surroundings, port(url), port(surroundings.coordinators().getLast())));
        return process(new ServiceCommand(
                "seata",
                site.installation().classPath(SeataServer.MODULE),
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
                site.servers().logs().stream().map(log -> log.url(name)).collect(Collectors.joining(",")),
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
        if (kind.equals("coordinator")) {
            options.addAll(site.installation().startCache());
        } else {
            options.add(OWN_LOGGING);
        }
        String readiness = kind.equals("coordinator") ? "/health/readiness" : "/ready";
        return process(new ServiceCommand(
                kind, site.installation().classPath(module), mainClass, url, readiness, environment, options));
    }

    private ServiceProcess process(ServiceCommand command) {
        String file = name + "-" + command.name() + "-" + port(command.url());
        List<String> options = new ArrayList<>(command.javaOptions());
        site.profile()
                .ifPresent(folder -> options.add(
                        "-XX:StartFlightRecording:settings=profile,jdk.CPUTimeSample#enabled=true,dumponexit=true,filename="
                                + folder.resolve(file + ".jfr")));
        return new ServiceProcess(command.with(options), site.logs().resolve(file + ".log"));
    }

    static int port(String url) {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }
}
