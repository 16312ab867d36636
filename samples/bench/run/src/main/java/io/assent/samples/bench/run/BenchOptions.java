package io.assent.samples.bench.run;

import io.assent.samples.demo.UsageException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the person asked for.
 *
 * @param clients how many clients; empty: as each workload has it
 * @param runs how often each point is measured
 * @param seconds how long each time
 * @param warmUp how many seconds each candidate works before its first measured run; empty: as {@link WarmUp} says
 * @param history rows of history that recovery is tried on
 * @param logs databases over which Assent's decisions are split
 * @param out where the results go, one JSON object a line
 * @param chart where the drawing goes
 * @param profile where recordings of the Java processes go
 * @param directory where databases and logs go; a temporary one if there is none
 */
record BenchOptions(
        List<Series> workloads,
        List<Integer> clients,
        List<Contender> candidates,
        int runs,
        int seconds,
        Optional<Integer> warmUp,
        int history,
        int logs,
        Optional<Path> out,
        Optional<Path> chart,
        Optional<Path> profile,
        Optional<Path> directory) {

    static final String HELP = """
            ./assent bench [OPTIONS]   measures Assent beside the alternatives, with databases and processes of its own
              --workloads LIST    W1,W2,W3,W4,W5,W6,W7,W8 (default: all)
              --candidates LIST   assent,direct,direct-http,narayana-file,narayana-journal,atomikos
                                  (default: all), seata-db (only if named)
              --clients LIST      how many clients, 1 to 10000 (default: 1,8,32,64)
              --runs N            how often each point is measured (default: 3)
              --seconds N         how long each time (default: 10)
              --warm-up N         seconds that a candidate works before it is measured (default: until little is compiled, 60 to 300)
              --history N         rows of history that recovery (W7) is tried on (default: 10000000)
              --logs N            database servers over which Assent splits its decisions, 1 to 8; all but W7 (default: 1)
              --out FILE          results, one JSON object a line
              --chart FILE        a drawing (SVG) of throughput and latency
              --profile DIR       a JDK Flight Recorder file of every Java process
              --dir DIR           where databases and logs go; not one with databases of an earlier run
                                  (default: a temporary directory, which goes away unless something failed)
              --help              this text
            ./assent bench --pieces [JMH OPTIONS]   measures single steps instead: ids, headers, bodies,
                                        the ring, the protocol, a row of the log, the line of its writer,
                                        ways to write decisions (on a PostgreSQL of its own)
            Exit status: 0 measured, 1 something failed or the books of some run do not balance, 2 wrong usage.""";

    private static final int CLIENTS_MAX = 10_000;
    private static final int RUNS_MAX = 100;
    private static final int SECONDS_MAX = 3600;
    private static final int DEFAULT_RUNS = 3;
    private static final int DEFAULT_SECONDS = 10;
    private static final int DEFAULT_HISTORY = 10_000_000;
    private static final int HISTORY_MAX = 100_000_000;
    private static final int LOGS_MAX = 8;

    BenchOptions {
        workloads = List.copyOf(workloads);
        clients = List.copyOf(clients);
        candidates = List.copyOf(candidates);
    }

    /** @throws UsageException if the words are not as documented */
    static BenchOptions parse(List<String> words) {
        BenchOptions options = new BenchOptions(
                List.of(Series.values()),
                List.of(),
                Contender.standard(),
                DEFAULT_RUNS,
                DEFAULT_SECONDS,
                Optional.empty(),
                DEFAULT_HISTORY,
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        int i = 0;
        while (i < words.size()) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            Field field = Field.of(name);
            if (equals < 0 && i + 1 == words.size()) {
                throw new UsageException(name + " needs a value.");
            }
            options = options.with(field, name, equals < 0 ? words.get(i + 1) : word.substring(equals + 1));
            i += equals < 0 ? 2 : 1;
        }
        if (options.logs > 1 && options.workloads.contains(Series.W7)) {
            throw new UsageException(
                    "--logs " + options.logs + " does not go with W7, whose history is written into one log:"
                            + " name the others with --workloads.");
        }
        return options;
    }

    List<Integer> clientsOf(Series series) {
        return clients.isEmpty() ? series.clients() : clients;
    }

    private enum Field {
        WORKLOADS,
        CLIENTS,
        CANDIDATES,
        RUNS,
        SECONDS,
        WARM_UP,
        HISTORY,
        LOGS,
        OUT,
        CHART,
        PROFILE,
        DIR;

        static Field of(String name) {
            return Arrays.stream(values())
                    .filter(field -> name.equals("--"
                            + field.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')))
                    .findFirst()
                    .orElseThrow(() -> new UsageException(
                            "bench knows no '" + name + "'; ./assent bench --help lists its options."));
        }
    }

    private BenchOptions with(Field field, String name, String value) {
        if (value.isEmpty()) {
            throw new UsageException(name + " needs a value.");
        }
        List<Series> newWorkloads = field == Field.WORKLOADS ? list(name, value, Series::of) : workloads;
        List<Integer> newClients =
                field == Field.CLIENTS ? list(name, value, text -> number(name, text, CLIENTS_MAX)) : clients;
        List<Contender> newCandidates = field == Field.CANDIDATES ? list(name, value, Contender::of) : candidates;
        return new BenchOptions(
                newWorkloads,
                newClients,
                newCandidates,
                field == Field.RUNS ? number(name, value, RUNS_MAX) : runs,
                field == Field.SECONDS ? number(name, value, SECONDS_MAX) : seconds,
                field == Field.WARM_UP ? Optional.of(number(name, value, SECONDS_MAX)) : warmUp,
                field == Field.HISTORY ? number(name, value, HISTORY_MAX) : history,
                field == Field.LOGS ? number(name, value, LOGS_MAX) : logs,
                field == Field.OUT ? path(value) : out,
                field == Field.CHART ? path(value) : chart,
                field == Field.PROFILE ? path(value) : profile,
                field == Field.DIR ? path(value) : directory);
    }

    private static Optional<Path> path(String value) {
        return Optional.of(Path.of(value).toAbsolutePath());
    }

    private static <T> List<T> list(String name, String value, Function<String, T> parse) {
        LinkedHashSet<T> values = new LinkedHashSet<>();
        for (String part : value.split(",", -1)) {
            try {
                values.add(parse.apply(part));
            } catch (NotKnownException e) {
                throw new UsageException(name + " has no '" + part + "'; there are: " + e.getMessage() + ".");
            }
        }
        return List.copyOf(values);
    }

    private static int number(String name, String value, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(name + " must be a whole number and is '" + value + "'.");
        }
        throw new UsageException(name + " must be from 1 to " + max + " and is '" + value + "'.");
    }
}
