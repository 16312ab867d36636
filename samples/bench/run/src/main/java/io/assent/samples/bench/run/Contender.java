package io.assent.samples.bench.run;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The candidates, and how their load process is started. */
enum Contender {
    ASSENT(
            "assent",
            Parts.SERVICES_AND_COORDINATORS,
            Contender.LOAD,
            "io.assent.samples.bench.candidate.AssentCandidate",
            "each branch by PREPARE TRANSACTION; the decision with all branches, as one row of a group commit"),
    DIRECT(
            "direct",
            Parts.NOTHING_MORE,
            Contender.LOAD,
            "io.assent.samples.bench.candidate.DirectCandidate",
            "each branch by PREPARE TRANSACTION; the decision, as a row and commit of its own. No recovery"),
    DIRECT_HTTP(
            "direct-http",
            Parts.SERVICES,
            Contender.LOAD,
            "io.assent.samples.bench.candidate.DirectHttpCandidate",
            "each branch by PREPARE TRANSACTION; the decision, as a row and commit of its own. No recovery"),
    NARAYANA_FILE(
            "narayana-file",
            Parts.NOTHING_MORE,
            "samples/bench/jta",
            "io.assent.samples.bench.jta.NarayanaFile",
            "each branch by XA prepare; the decision, as a file of its own that is written and forced (ShadowNoFileLockStore)"),
    NARAYANA_JOURNAL(
            "narayana-journal",
            Parts.NOTHING_MORE,
            "samples/bench/jta",
            "io.assent.samples.bench.jta.NarayanaJournal",
            "each branch by XA prepare; the decision, in the Artemis journal with synchronous writes"),
    ATOMIKOS(
            "atomikos",
            Parts.NOTHING_MORE,
            "samples/bench/jta",
            "io.assent.samples.bench.jta.Atomikos",
            "each branch by XA prepare; the decision, in the log file of Atomikos, forced for each transaction"),
    SEATA_DB(
            "seata-db",
            Parts.SEATA_SERVER,
            "samples/bench/seata",
            "io.assent.samples.bench.seata.SeataCandidate",
            "each branch by XA prepare; transaction, branches and status in rows of PostgreSQL, each change a commit of its own");

    /** Which processes there are beside the load. */
    enum Parts {
        NOTHING_MORE,
        SERVICES,
        SERVICES_AND_COORDINATORS,
        SEATA_SERVER
    }

    private static final String LOAD = "samples/bench/load";

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

    /** Whether it keeps its decisions in the server for decisions; else in files. */
    boolean decidesInPostgres() {
        return module.equals(LOAD) || parts == Parts.SEATA_SERVER;
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

    /** All but those that have to be asked for by name. */
    static List<Contender> standard() {
        return Arrays.stream(values())
                .filter(contender -> contender.parts != Parts.SEATA_SERVER)
                .toList();
    }

    private static String labels() {
        return Arrays.stream(values()).map(Contender::label).collect(Collectors.joining(", "));
    }
}
