package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Installation;
import io.assent.samples.demo.UsageException;
import io.assent.samples.demo.WorkFolder;
import java.util.Arrays;
import java.util.List;

/** Measures Assent beside the alternatives. The main class of {@code ./assent bench}. */
public final class Bench {

    private static final int MEASURED = 0;
    private static final int FAILED = 1;
    private static final int MISUSE = 2;

    private Bench() {}

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(BenchOptions.HELP);
            return;
        }
        // The services' server closes what is idle for 30 s, and the client would only notice on its next request.
        System.setProperty("jdk.httpclient.keepalive.timeout", "5");
        System.exit(run(words));
    }

    private static int run(List<String> words) {
        try {
            BenchOptions options = BenchOptions.parse(words);
            Destinations.demandUsable(options);
            Installation installation = Installation.find();
            BenchRun.demandBuilt(installation, options);
            WorkFolder folder =
                    options.directory().map(WorkFolder::kept).orElseGet(() -> WorkFolder.temporary("assent-bench-"));
            return measure(options, installation, folder);
        } catch (UsageException e) {
            System.err.println("bench: " + e.getMessage());
            return MISUSE;
        } catch (DemoException e) {
            System.err.println("bench: " + e.getMessage());
            return FAILED;
        }
    }

    private static int measure(BenchOptions options, Installation installation, WorkFolder folder) {
        Cleanup cleanup = Cleanup.atExit(folder);
        try {
            return new BenchRun(options, installation, folder, cleanup).run() ? MEASURED : FAILED;
        } catch (RuntimeException e) {
            if (cleanup.isInterrupted()) {
                return FAILED; // which nobody sees: the exit status is that of the signal
            }
            throw e;
        } finally {
            cleanup.ended();
        }
    }
}
