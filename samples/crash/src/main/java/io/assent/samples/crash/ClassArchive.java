package io.assent.samples.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The classes of one program as the Java machine has loaded and linked them, taken from a process of it that has done some
 * work. Whoever starts after that maps them instead of loading them, and is up in half the time: a matrix is mostly restarts.
 */
record ClassArchive(Path options, Path archive) {

    private static final Duration DUMP_PATIENCE = Duration.ofSeconds(60);

    /** Not made yet: those who start record what it will need. */
    static ClassArchive in(Path directory, String program) {
        ClassArchive archive =
                new ClassArchive(directory.resolve(program + ".options"), directory.resolve(program + ".jsa"));
        archive.tell("-XX:+RecordDynamicDumpInfo");
        return archive;
    }

    /** For Java: it reads the file anew at every start. */
    String option() {
        return "@" + options;
    }

    /** @return whether there is one now; without one, all starts stay as slow as the first */
    boolean makeFrom(long pid) {
        try {
            Process dump = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            "VM.cds",
                            "dynamic_dump",
                            archive.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            boolean made = dump.waitFor(DUMP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS) && Files.exists(archive);
            tell(made ? "\"-XX:SharedArchiveFile=" + archive + "\"" : "");
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tell(String option) {
        try {
            Files.createDirectories(options.toAbsolutePath().getParent());
            Files.writeString(options, option + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
