package io.assent.samples.demo;

import java.util.List;
import java.util.Set;

/**
 * What is to be measured.
 *
 * @param kills how many replicas are killed, one after the other
 * @param inFlight how many transactions of a replica are in flight when it is killed
 * @param seed of the choice among replicas
 */
record TakeoverOptions(Mode mode, int kills, int inFlight, long seed) {

    /** How replicas are taken away. */
    enum Mode {
        KILL,
        ROLLING_RESTART
    }

    static final String HELP = """
            ./assent takeover [OPTIONS]   measures how fast replicas take over from one that is killed, against bounds
              --kills N       how many kills (1 to 100, default: 10)
              --in-flight N   decided transactions that a replica has yet to deliver when it is killed (10 to 2000, default: 500)
              --rolling       restart all replicas in good order instead, one after the other
              --seed S        another choice of replicas (default: 1)
              --help          this text
            Exit status: 0 every bound is met, 1 one is not, 2 wrong usage.""";

    private static final int DEFAULT_KILLS = 10;
    private static final int KILLS_MAX = 100;
    private static final int DEFAULT_IN_FLIGHT = 500;
    private static final int IN_FLIGHT_MIN = 10;
    private static final int IN_FLIGHT_MAX = 2000;
    private static final long DEFAULT_SEED = 1;

    /** @throws UsageException if the words are not as documented */
    static TakeoverOptions parse(List<String> words) {
        CommandLine line =
                CommandLine.parse("takeover", words, Set.of("--rolling"), Set.of("--kills", "--in-flight", "--seed"));
        return new TakeoverOptions(
                line.has("--rolling") ? Mode.ROLLING_RESTART : Mode.KILL,
                (int) line.number("--kills", DEFAULT_KILLS, 1, KILLS_MAX),
                (int) line.number("--in-flight", DEFAULT_IN_FLIGHT, IN_FLIGHT_MIN, IN_FLIGHT_MAX),
                line.number("--seed", DEFAULT_SEED, Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
