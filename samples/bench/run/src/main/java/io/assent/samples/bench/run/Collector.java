package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** Has a Java process collect its garbage, by the tool of the JDK. */
final class Collector {

    private Collector() {}

    static void collect(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            int status = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new DemoException(jcmd + " ended with status " + status + ": a whole JDK is needed");
            }
        } catch (IOException e) {
            throw new DemoException(jcmd + " cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        }
    }
}
