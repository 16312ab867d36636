package io.assent.samples.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        CommandLine line = CommandLine.parse(
                "demo", words, Set.of("--keep"), Set.of("--replicas", "--transfers", "--seed", "--dir"));
        Optional<Path> directory =
                line.has("--dir") ? Optional.of(Path.of(line.text("--dir", "")).toAbsolutePath()) : Optional.empty();
        return new DemoOptions(
                (int) line.number("--replicas", DEFAULT_REPLICAS, 1, REPLICAS_MAX),
                line.has("--keep") ? Keep.RUNNING : Keep.NOTHING,
                (int) line.number("--transfers", Integer.MAX_VALUE, LINES_MIN, Integer.MAX_VALUE),
                line.number("--seed", DEFAULT_SEED, Long.MIN_VALUE, Long.MAX_VALUE),
                directory);
    }
}
