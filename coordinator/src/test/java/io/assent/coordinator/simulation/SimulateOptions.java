package io.assent.coordinator.simulation;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code ./assent simulate} is to run. */
record SimulateOptions(Mode mode, long from, long amount, Set<Mutation> mutations) {

    enum Mode {
        /** One seed, with its whole trace. */
        SEED,
        /** So many seeds. */
        SEEDS,
        /** As many seeds as fit in so many minutes. */
        MINUTES,
        /** For each rule, seeds without it until one finds out. */
        EACH_MUTATION
    }

    /** An option that is not as documented; the message says what to write instead. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    static final String HELP = """
            ./assent simulate [OPTIONS]   runs the real code in one thread on virtual time, one seed after the other
              --seeds N       how many seeds (default: 2000)
              --minutes M     as many seeds as fit in M minutes instead
              --seed S        only this one, with its trace; what failed once fails again
              --from S        the first of many seeds (default: 1)
              --mutate NAME   without a rule of docs/PROTOCOL.md (NO_INFER), to see it found out; several: NAME,NAME
              --mutate all    for each rule: how many seeds find out that it is missing, up to --seeds (default: 10000)
              --help          this text
            Exit status: 0 no promise is broken (with all: each missing rule is found out), 1 otherwise, 2 wrong usage.""";

    private static final long SEEDS = 2_000;
    private static final long SEEDS_FOR_MUTATIONS = 10_000;
    private static final long MINUTES_MAX = 7 * 24 * 60;
    private static final Set<String> NAMES = Set.of("--seeds", "--minutes", "--seed", "--from", "--mutate");

    static SimulateOptions parse(List<String> words) {
        Map<String, String> values = values(words);
        boolean each = "all".equals(values.get("--mutate"));
        Set<Mutation> mutations = each ? Set.of() : mutations(values.getOrDefault("--mutate", ""));
        long from = number(values, "--from", 1, Long.MAX_VALUE);
        if (values.containsKey("--seed")) {
            alone(values, each, "--seed", "--seeds", "--minutes", "--from");
            return new SimulateOptions(Mode.SEED, number(values, "--seed", 1, Long.MAX_VALUE), 1, mutations);
        }
        if (values.containsKey("--minutes")) {
            alone(values, each, "--minutes", "--seeds");
            return new SimulateOptions(Mode.MINUTES, from, number(values, "--minutes", 1, MINUTES_MAX), mutations);
        }
        long seeds = number(values, "--seeds", each ? SEEDS_FOR_MUTATIONS : SEEDS, Long.MAX_VALUE - from);
        return new SimulateOptions(each ? Mode.EACH_MUTATION : Mode.SEEDS, from, seeds, mutations);
    }

    private static Map<String, String> values(List<String> words) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new UsageException(
                        "simulate knows no '" + name + "'; ./assent simulate --help lists its options.");
            }
            if (equals < 0 && i + 1 == words.size()) {
                throw new UsageException(name + " needs a value.");
            }
            values.put(name, equals < 0 ? words.get(++i) : word.substring(equals + 1));
        }
        return values;
    }

    private static void alone(Map<String, String> values, boolean each, String name, String... others) {
        for (String other : others) {
            if (values.containsKey(other)) {
                throw new UsageException(name + " and " + other + " exclude each other.");
            }
        }
        if (each) {
            throw new UsageException(name + " and --mutate all exclude each other; --seeds bounds that one.");
        }
    }

    private static long number(Map<String, String> values, String name, long absent, long max) {
        String value = values.getOrDefault(name, Long.toString(absent));
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(name + " must be a whole number and is '" + value + "'.");
        }
        throw new UsageException(name + " must be from 1 to " + max + " and is '" + value + "'.");
    }

    private static Set<Mutation> mutations(String names) {
        Set<Mutation> mutations = EnumSet.noneOf(Mutation.class);
        for (String name : names.split(",", -1)) {
            if (!names.isEmpty()) {
                mutations.add(Stream.of(Mutation.values())
                        .filter(m -> m.name().equals(name.toUpperCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() ->
                                new UsageException("--mutate knows no '" + name + "', only all and " + all() + ".")));
            }
        }
        return mutations;
    }

    private static String all() {
        return Stream.of(Mutation.values()).map(Mutation::name).collect(Collectors.joining(", "));
    }
}
