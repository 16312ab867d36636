package io.assent.samples.bench.run;

import io.assent.samples.bench.load.Accounts;
import io.assent.samples.bench.load.Workload;
import io.assent.samples.bench.load.Workload.Empty;
import io.assent.samples.bench.load.Workload.FanOut;
import io.assent.samples.bench.load.Workload.NineAndOne;
import io.assent.samples.bench.load.Workload.Transfer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The workloads. All but W7, which {@link RecoveryTrial} carries out, are clients whose throughput and latency are measured. */
enum Series {
    W1("coordinator only: two branches that touch no database"),
    W2("bank transfer: debit in one database, credit in another, 10,000 accounts each"),
    W3("bank transfer, 10 % of which abort"),
    W4("fan-out: 1 to 64 branches"),
    W5("contention: bank transfer among 10 accounts"),
    W6("slow participant: one of ten answers in 500 ms; what the clients of the other nine feel"),
    W7("recovery: a coordinator starts and finds unfinished transactions in its log"),
    W8("replicas: bank transfer with 1, 2, 4, 8 coordinators on one log; then 10 to 10,000 transactions in flight");

    private static final int REFUSED_PERCENT = 10;
    private static final int FEW_ACCOUNTS = 10;
    private static final int SLOW_MILLIS = 500;

    private final String explanation;

    Series(String explanation) {
        this.explanation = explanation;
    }

    String explanation() {
        return explanation;
    }

    /** How many clients are tried unless told otherwise. */
    List<Integer> clients() {
        return switch (this) {
            case W1, W2, W3, W5 -> List.of(1, 8, 32, 64);
            case W4 -> List.of(8);
            case W6, W8 -> List.of(32);
            case W7 -> List.of();
        };
    }

    /** Whether there is anything to be learned about a candidate. */
    boolean concerns(Contender contender) {
        return switch (this) {
            case W1, W2, W3, W5 -> true;
            // Whoever has all statements in one process has one branch in each database, however many there are.
            case W4 -> contender.module().equals(Contender.ASSENT.module());
            case W6 ->
                contender.module().equals(Contender.ASSENT.module())
                        && contender.parts() != Contender.Parts.NOTHING_MORE;
            case W7, W8 -> contender.parts() == Contender.Parts.SERVICES_AND_COORDINATORS;
        };
    }

    /** What is measured, once for each number of clients. */
    List<Variant> variants() {
        return switch (this) {
            case W1 -> List.of(Variant.of(new Empty()));
            case W2 -> List.of(Variant.of(new Transfer(Accounts.COUNT, 0)));
            case W3 -> List.of(Variant.of(new Transfer(Accounts.COUNT, REFUSED_PERCENT)));
            case W4 ->
                Stream.of(1, 2, 4, 8, 16, 32, 64)
                        .map(branches -> new Variant("branches=" + branches, new FanOut(branches), 1, 0))
                        .toList();
            case W5 -> List.of(Variant.of(new Transfer(FEW_ACCOUNTS, 0)));
            case W6 ->
                Stream.of(0, SLOW_MILLIS)
                        .map(millis -> new Variant("slow_ms=" + millis, new NineAndOne(), 1, millis))
                        .toList();
            case W7 -> List.of();
            case W8 ->
                Stream.of(1, 2, 4, 8)
                        .map(n -> new Variant("replicas=" + n, new Transfer(Accounts.COUNT, 0), n, 0))
                        .toList();
        };
    }

    static Series of(String label) {
        return Arrays.stream(values())
                .filter(series -> series.name().equals(label))
                .findFirst()
                .orElseThrow(() -> new NotKnownException(
                        Arrays.stream(values()).map(Series::name).collect(Collectors.joining(", "))));
    }

    /**
     * One form of a workload.
     *
     * @param label what distinguishes it from the others; empty if there is only one
     * @param replicas how many coordinators there are
     * @param slowMillis how long the tenth participant takes to answer
     */
    record Variant(String label, Workload workload, int replicas, int slowMillis) {
        static Variant of(Workload workload) {
            return new Variant("", workload, 1, 0);
        }
    }
}
