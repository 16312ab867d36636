package io.assent.coordinator.faults;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The coordinator as a process of its own: as it is shipped, by its jar and the libraries beside it. Where no jar was built, as by
 * {@code mvnw test}, its classes are started as they lie there.
 */
final class CoordinatorProgram {

    private static final String MAIN = "io.assent.coordinator.Application";

    /** A small heap, and only the quick compiler: half the work of a start is compiling for a long life. */
    private static final List<String> SHORT_LIVED = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private CoordinatorProgram() {}

    /** @param options of the Java machine */
    static ProcessBuilder with(List<String> options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(SHORT_LIVED);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), MAIN));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ASSENT_") || name.startsWith("JDK_JAVA"));
        return builder;
    }

    /** The one that was built along with these tests. */
    static Optional<Path> jar() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(CoordinatorProgram::isIt)
                .findFirst();
    }

    private static boolean isIt(Path part) {
        String name = String.valueOf(part.getFileName());
        return name.startsWith("assent-coordinator-") && name.endsWith(".jar") && !name.endsWith("-tests.jar");
    }

    private static String classPath() {
        return jar().map(jar -> jar + File.pathSeparator + jar.resolveSibling("lib") + File.separator + "*")
                .orElseGet(() -> System.getProperty("java.class.path"));
    }
}
