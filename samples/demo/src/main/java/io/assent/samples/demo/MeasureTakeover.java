package io.assent.samples.demo;

import java.util.Arrays;
import java.util.List;

/** Measures how fast replicas take over, against bounds. The main class of {@code ./assent takeover}. */
public final class MeasureTakeover {

    private static final int PASS = 0;
    private static final int FAIL = 1;
    private static final int MISUSE = 2;

    private MeasureTakeover() {}

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(TakeoverOptions.HELP);
            return;
        }
        System.exit(run(words));
    }

    private static int run(List<String> words) {
        Terminal terminal = Terminal.of(System.out, System.getenv());
        try {
            TakeoverOptions options = TakeoverOptions.parse(words);
            WorkFolder folder = WorkFolder.temporary("assent-takeover-");
            return new TakeoverRun(options, folder, new Screen(terminal)).run() ? PASS : FAIL;
        } catch (UsageException e) {
            System.err.println("takeover: " + e.getMessage());
            return MISUSE;
        } catch (DemoException e) {
            terminal.show("");
            System.err.println("takeover: " + e.getMessage());
            return FAIL;
        }
    }
}
