package io.assent.samples.bench.run;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The candidates, and how their load process is started. */
enum Contender {
    ASSENT(
            "assent",
            Parts.SERVICES_AND_COORDINATORS,
            "samples/bench/load",
            "io.assent.samples.bench.candidate.AssentCandidate",
            "each branch by PREPARE TRANSACTION; the decision with all branches, as one row of a group commit"),
    DIRECT(
            "direct",
            Parts.NOTHING_MORE,
            "samples/bench/load",
            "io.assent.samples.bench.candidate.DirectCandidate",
            "each branch by PREPARE TRANSACTION; the decision, as a row and commit of its own. No recovery"),
    DIRECT_HTTP(
            "direct-http",
            Parts.SERVICES,
            "samples/bench/load",
            "io.assent.samples.bench.candidate.DirectHttpCandidate",
            "each branch by PREPARE TRANSACTION; the decision, as a row and commit of its own. No recovery");

    /** Which processes there are beside the load. */
    enum Parts {
        NOTHING_MORE,
        SERVICES,
        SERVICES_AND_COORDINATORS
    }

    private final String label;
    private final Parts parts;
    private final String module;
    private final String mainClass;
    private final String durable;

    Contender(String label, Parts parts, String module, String mainClass, String durable) {
        this.label = label;
        this.parts = parts;
        this.module = module;
        this.mainClass = mainClass;
        this.durable = durable;
    }

    /** As it is called on the command line and in results. */
    String label() {
        return label;
    }

    Parts parts() {
        return parts;
    }

    /** The folder of the module whose class path it needs. */
    String module() {
        return module;
    }

    String mainClass() {
        return mainClass;
    }

    /** What a transaction has made durable when it is over. */
    String durable() {
        return durable;
    }

    static Contender of(String label) {
        return Arrays.stream(values())
                .filter(contender -> contender.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new NotKnownException(labels()));
    }

    static List<Contender> standard() {
        return List.of(values());
    }

    private static String labels() {
        return Arrays.stream(values()).map(Contender::label).collect(Collectors.joining(", "));
    }
}
