package io.assent.samples.torture;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.UsageException;
import io.assent.samples.demo.WorkFolder;
import java.util.Arrays;
import java.util.List;

/** The main class of {@code ./assent torture}. */
public final class Torture {

    private static final int PASS = 0;
    private static final int FAIL = 1;
    private static final int MISUSE = 2;

    private Torture() {}

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(TortureOptions.HELP);
            return;
        }
        System.exit(run(words));
    }

    private static int run(List<String> words) {
        try {
            TortureOptions options = TortureOptions.parse(words);
            WorkFolder folder =
                    options.directory().map(WorkFolder::kept).orElseGet(() -> WorkFolder.temporary("assent-torture-"));
            return new TortureRun(options, folder, System.out).run() ? PASS : FAIL;
        } catch (UsageException e) {
            System.err.println("torture: " + e.getMessage());
            return MISUSE;
        } catch (DemoException e) {
            System.err.println("torture: " + e.getMessage());
            return FAIL;
        }
    }
}
