package io.assent.samples.torture;

import io.assent.samples.demo.CommandLine;
import io.assent.samples.demo.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How long to torture, and how.
 *
 * @param time of load and faults together; what comes before and after takes its own
 * @param seed of faults and load
 * @param directory for databases, logs and history; a temporary folder if absent
 */
record TortureOptions(Duration time, long seed, Optional<Path> directory) {

    static final String HELP = """
            ./assent torture [OPTIONS]   breaks processes, databases, network and clocks at random under load, then checks every answer
              --minutes M     how long (1 to 1440, default: 1)
              --seconds N     how long, for a short run (10 to 3600), instead of --minutes
              --seed S        other faults and another load (default: 1)
              --dir DIR       where databases, logs and the history go (default: a temporary folder)
              --help          this text
            Exit status: 0 nothing is wrong, 1 something is, 2 wrong usage.""";

    private static final int MINUTES_MAX = 1440;
    private static final int SECONDS_MIN = 10;
    private static final int SECONDS_MAX = 3600;
    private static final int SECONDS_DEFAULT = 60;

    /** @throws UsageException if the words are not as documented */
    static TortureOptions parse(List<String> words) {
        CommandLine line =
                CommandLine.parse("torture", words, Set.of(), Set.of("--minutes", "--seconds", "--seed", "--dir"));
        if (line.has("--minutes") && line.has("--seconds")) {
            throw new UsageException("--minutes and --seconds both say how long: give one of them.");
        }
        Duration time = line.has("--minutes")
                ? Duration.ofMinutes(line.number("--minutes", 1, 1, MINUTES_MAX))
                : Duration.ofSeconds(line.number("--seconds", SECONDS_DEFAULT, SECONDS_MIN, SECONDS_MAX));
        Optional<Path> directory = line.has("--dir") ? Optional.of(Path.of(line.text("--dir", ""))) : Optional.empty();
        return new TortureOptions(time, line.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE), directory);
    }
}
