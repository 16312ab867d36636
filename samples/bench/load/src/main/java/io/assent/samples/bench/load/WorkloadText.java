package io.assent.samples.bench.load;

import io.assent.samples.bench.load.Workload.Empty;
import io.assent.samples.bench.load.Workload.FanOut;
import io.assent.samples.bench.load.Workload.NineAndOne;
import io.assent.samples.bench.load.Workload.Transfer;
import java.util.Map;

/** A workload as parameters of an URL, and back. */
public final class WorkloadText {

    private static final String KIND = "workload";
    private static final String ACCOUNTS = "accounts";
    private static final String REFUSED = "refused";
    private static final String BRANCHES = "branches";

    private WorkloadText() {}

    public static String write(Workload workload) {
        return switch (workload) {
            case Empty() -> KIND + "=empty";
            case Transfer(int accounts, int refusedPercent) ->
                KIND + "=transfer&" + ACCOUNTS + "=" + accounts + "&" + REFUSED + "=" + refusedPercent;
            case FanOut(int branches) -> KIND + "=fan-out&" + BRANCHES + "=" + branches;
            case NineAndOne() -> KIND + "=nine-and-one";
        };
    }

    static Workload parse(Map<String, String> parameters) {
        String kind = parameters.getOrDefault(KIND, "");
        return switch (kind) {
            case "empty" -> new Empty();
            case "transfer" -> new Transfer(number(parameters, ACCOUNTS), number(parameters, REFUSED));
            case "fan-out" -> new FanOut(number(parameters, BRANCHES));
            case "nine-and-one" -> new NineAndOne();
            default -> throw new IllegalArgumentException("no workload '" + kind + "'");
        };
    }

    private static int number(Map<String, String> parameters, String name) {
        return Integer.parseInt(parameters.getOrDefault(name, ""));
    }
}
