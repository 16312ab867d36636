package io.assent.samples.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the person asked for.
 *
 * @param replicas how many replicas the coordinator has
 * @param keep whether everything is left running at the end
 * @param lines how many lines of the file are used
 * @param seed of the order of the transfers
 * @param directory where databases and logs go; a temporary one if there is none
 */
record DemoOptions(int replicas, Keep keep, int lines, long seed, Optional<Path> directory) {

    /** Whether everything is left running at the end. */
    enum Keep {
        RUNNING,
        NOTHING
    }

    static final String HELP = """
            ./assent demo [OPTIONS]    moves money between two banks while processes are killed; PASS or FAIL at the end
              --replicas N      replicas of the coordinator, 1 to 5 (default: 3)
              --keep            leave everything running at the end and print URLs to explore
              --transfers N     use only the first N lines of samples/data/transfers.csv (at least 100)
              --seed S          another order of the transfers (default: 1)
              --dir DIR         where databases and logs go (default: a temporary directory)
              --help            this text
            Exit status: 0 PASS, 1 FAIL, 2 wrong usage.""";

    private static final int REPLICAS_MAX = 5;
    private static final int DEFAULT_REPLICAS = 3;
    private static final int LINES_MIN = 100;
    private static final long DEFAULT_SEED = 1;

    /** @throws UsageException if the words are not as documented */
    static DemoOptions parse(List<String> words) {
        DemoOptions options =
                new DemoOptions(DEFAULT_REPLICAS, Keep.NOTHING, Integer.MAX_VALUE, DEFAULT_SEED, Optional.empty());
        int i = 0;
        while (i < words.size()) {
            String word = words.get(i);
            if (word.equals("--keep")) {
                options = options.kept();
                i++;
                continue;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (equals < 0 && i + 1 == words.size() && isKnown(name)) {
                throw new UsageException(name + " needs a value.");
            }
            String value = equals >= 0 ? word.substring(equals + 1) : i + 1 < words.size() ? words.get(i + 1) : "";
            options = options.with(name, value);
            i += equals < 0 ? 2 : 1;
        }
        return options;
    }

    private static boolean isKnown(String name) {
        return List.of("--replicas", "--transfers", "--seed", "--dir").contains(name);
    }

    private DemoOptions kept() {
        return new DemoOptions(replicas, Keep.RUNNING, lines, seed, directory);
    }

    private DemoOptions with(String name, String value) {
        return switch (name) {
            case "--replicas" ->
                new DemoOptions((int) Numbers.between(name, value, 1, REPLICAS_MAX), keep, lines, seed, directory);
            case "--transfers" -> {
                int number = (int) Numbers.between(name, value, LINES_MIN, Integer.MAX_VALUE);
                yield new DemoOptions(replicas, keep, number, seed, directory);
            }
            case "--seed" -> {
                long number = Numbers.between(name, value, Long.MIN_VALUE, Long.MAX_VALUE);
                yield new DemoOptions(replicas, keep, lines, number, directory);
            }
            case "--dir" -> {
                Path path = Path.of(value).toAbsolutePath();
                yield new DemoOptions(replicas, keep, lines, seed, Optional.of(path));
            }
            default ->
                throw new UsageException("demo knows no '" + name + "'; ./assent demo --help lists its options.");
        };
    }
}
