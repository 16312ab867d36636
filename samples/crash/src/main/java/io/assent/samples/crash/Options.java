package io.assent.samples.crash;

import java.util.List;

/**
 * What the command line asks for.
 *
 * @param only cells whose name contains this; all if empty
 * @param selection how much of the matrix
 */
record Options(String only, long seed, Selection selection) {

    static final String HELP = """
            ./assent crash-matrix [OPTIONS]  kill every process at every crash point, tamper with every message, look at the books
                             --only NAME   only cells whose name contains this, such as die/coordinator.decision.after/both
                             --quick       the share that ./assent test runs
                             --seed S      another order, and another share (default: 1)
            """;

    enum Selection {
        ALL,
        QUICK
    }

    /** @throws IllegalArgumentException in words for people */
    static Options parse(List<String> words) {
        String only = "";
        long seed = 1;
        Selection selection = Selection.ALL;
        for (String word : words) {
            if (word.startsWith("--only=")) {
                only = word.substring("--only=".length());
            } else if (word.startsWith("--seed=")) {
                seed = seed(word.substring("--seed=".length()));
            } else if (word.equals("--quick")) {
                selection = Selection.QUICK;
            } else {
                throw new IllegalArgumentException("knows no '" + word + "', only --only=NAME, --quick and --seed=S.");
            }
        }
        return new Options(only, seed, selection);
    }

    List<Cell> cells() {
        List<Cell> selected = switch (selection) {
            case ALL -> Matrix.all(seed);
            case QUICK -> Matrix.quick(seed);
        };
        List<Cell> named = (only.isEmpty() ? selected : Matrix.all(seed))
                .stream().filter(cell -> cell.name().contains(only)).toList();
        if (named.isEmpty()) {
            throw new IllegalArgumentException("--only: no cell's name contains '" + only + "'.");
        }
        return named;
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--seed must be a whole number and is '" + text + "'.", e);
        }
    }
}
