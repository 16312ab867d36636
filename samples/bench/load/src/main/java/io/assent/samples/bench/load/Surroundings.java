package io.assent.samples.bench.load;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a process of the benchmark is told about the others, by its environment.
 *
 * @param port where it is to listen
 * @param log the database for decisions, as a JDBC URL
 * @param banks the two databases with accounts, as JDBC URLs
 * @param password of all of them
 * @param services the base URLs of the two participant services; empty where the candidate has none
 * @param coordinators the base URLs of the replicas; empty where the candidate has none
 * @param folder for what a candidate keeps in files
 */
public record Surroundings(
        int port,
        String log,
        List<String> banks,
        String password,
        List<String> services,
        List<String> coordinators,
        Path folder) {

    public static final String USER = "postgres";

    private static final String PORT = "BENCH_PORT";
    private static final String LOG = "BENCH_LOG";
    private static final String BANKS = "BENCH_BANKS";
    private static final String PASSWORD = "BENCH_PASSWORD";
    private static final String SERVICES = "BENCH_SERVICES";
    private static final String COORDINATORS = "BENCH_COORDINATORS";
    private static final String FOLDER = "BENCH_FOLDER";

    public Surroundings {
        banks = List.copyOf(banks);
        services = List.copyOf(services);
        coordinators = List.copyOf(coordinators);
    }

    public static Surroundings of(Map<String, String> environment) {
        return new Surroundings(
                Integer.parseInt(required(environment, PORT)),
                required(environment, LOG),
                list(required(environment, BANKS)),
                required(environment, PASSWORD),
                list(required(environment, SERVICES)),
                list(required(environment, COORDINATORS)),
                Path.of(required(environment, FOLDER)));
    }

    public Surroundings withPort(int newPort) {
        return new Surroundings(newPort, log, banks, password, services, coordinators, folder);
    }

    public Map<String, String> toEnvironment() {
        Map<String, String> environment = new HashMap<>();
        environment.put(PORT, Integer.toString(port));
        environment.put(LOG, log);
        environment.put(BANKS, String.join(",", banks));
        environment.put(PASSWORD, password);
        environment.put(SERVICES, String.join(",", services));
        environment.put(COORDINATORS, String.join(",", coordinators));
        environment.put(FOLDER, folder.toString());
        return environment;
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: this program is started by ./assent bench");
        }
        return value;
    }

    private static List<String> list(String joined) {
        return joined.isEmpty() ? List.of() : Arrays.asList(joined.split(",", -1));
    }
}
