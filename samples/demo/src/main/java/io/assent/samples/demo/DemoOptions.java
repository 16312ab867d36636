package io.assent.samples.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the person asked for.
 *
 * @param keep whether everything is left running at the end
 * @param lines how many lines of the file are used
 * @param seed of the order of the transfers
 * @param directory where databases and logs go; a temporary one if there is none
 */
record DemoOptions(Keep keep, int lines, long seed, Optional<Path> directory) {

    /** Whether everything is left running at the end. */
    enum Keep {
        RUNNING,
        NOTHING
    }

    static final String HELP = """
            ./assent demo [OPTIONS]    moves money between two banks while processes are killed; PASS or FAIL at the end
              --keep            leave everything running at the end and print URLs to explore
              --transfers N     use only the first N lines of samples/data/transfers.csv (at least 100)
              --seed S          another order of the transfers (default: 1)
              --dir DIR         where databases and logs go (default: a temporary directory)
              --help            this text
            Exit status: 0 PASS, 1 FAIL, 2 wrong usage.""";

    private static final int LINES_MIN = 100;
    private static final long DEFAULT_SEED = 1;

    /** @throws UsageException if the words are not as documented */
    static DemoOptions parse(List<String> words) {
        DemoOptions options = new DemoOptions(Keep.NOTHING, Integer.MAX_VALUE, DEFAULT_SEED, Optional.empty());
        int i = 0;
        while (i < words.size()) {
            String word = words.get(i);
            if (word.equals("--keep")) {
                options = new DemoOptions(Keep.RUNNING, options.lines, options.seed, options.directory);
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
        return List.of("--transfers", "--seed", "--dir").contains(name);
    }

    private DemoOptions with(String name, String value) {
        return switch (name) {
            case "--transfers" ->
                new DemoOptions(keep, (int) number(name, value, LINES_MIN, Integer.MAX_VALUE), seed, directory);
            case "--seed" ->
                new DemoOptions(keep, lines, number(name, value, Long.MIN_VALUE, Long.MAX_VALUE), directory);
            case "--dir" ->
                new DemoOptions(keep, lines, seed, Optional.of(Path.of(value).toAbsolutePath()));
            default ->
                throw new UsageException("demo knows no '" + name + "'; ./assent demo --help lists its options.");
        };
    }

    private static long number(String name, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(name + " must be a whole number and is '" + value + "'.");
        }
        throw new UsageException(name + " must be from " + min + " to " + max + " and is '" + value + "'.");
    }
}
