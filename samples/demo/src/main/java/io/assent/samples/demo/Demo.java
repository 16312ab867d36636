package io.assent.samples.demo;

import java.util.Arrays;
import java.util.List;

/**
 * Moves money between two banks while processes are killed, and shows that nothing is lost. The main class of
 * {@code ./assent demo}.
 */
public final class Demo {

    private static final int PASS = 0;
    private static final int FAIL = 1;
    private static final int MISUSE = 2;

    private Demo() {}

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(DemoOptions.HELP);
            return;
        }
        System.exit(run(words));
    }

    private static int run(List<String> words) {
        Terminal terminal = Terminal.of(System.out, System.getenv());
        try {
            DemoOptions options = DemoOptions.parse(words);
            WorkFolder folder =
                    options.directory().map(WorkFolder::kept).orElseGet(() -> WorkFolder.temporary("assent-demo-"));
            boolean passed = new DemoRun(options, folder, new Screen(terminal)).run();
            return passed ? PASS : FAIL;
        } catch (UsageException e) {
            System.err.println("demo: " + e.getMessage());
            return MISUSE;
        } catch (DemoException e) {
            terminal.show("");
            System.err.println("demo: " + e.getMessage());
            return FAIL;
        }
    }
}
