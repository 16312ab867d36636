package io.assent.samples.demo;

import io.assent.samples.faults.Holds;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the built programs lie.
 *
 * @param home the folder of the repository
 */
public record Installation(Path home) {

    /** As the launcher says with {@code -Dassent.home}, else the folder in which the demo was started. */
    public static Installation find() {
        Path home =
                Path.of(System.getProperty("assent.home", "")).toAbsolutePath().normalize();
        if (!Files.isDirectory(home.resolve("samples/data"))) {
            throw new DemoException("'" + home
                    + "' is not the folder of Assent: run ./assent, or say where it is with -Dassent.home=DIR.");
        }
        return new Installation(home);
    }

    /** The jar of a module and its libraries, as a class path. */
    public String classPath(String module) {
        Path target = home.resolve(module).resolve("target");
        return jar(target) + File.pathSeparator + target.resolve("lib") + File.separator + "*";
    }

    /**
     * For a quicker start of the coordinator: what {@code ./assent server} starts it with, too, else what its tests have left.
     * Nothing where neither was made since it was built; silent where Java finds that it is another program's.
     */
    public List<String> startCache() {
        Path target = home.resolve("coordinator/target");
        return Stream.of("coordinator.aot", "short-lived.aot")
                .map(target::resolve)
                .filter(cache -> isNewer(cache, jar(target)))
                .findFirst()
                .map(cache -> List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off"))
                .orElse(List.of());
    }

    /** The crash points: on the class path of what the demo starts, and in no artifact that is shipped. */
    static String faultsClassPath() {
        try {
            return Path.of(Holds.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> lines(String file) {
        try {
            return Files.readAllLines(home.resolve(file));
        } catch (IOException e) {
            throw new DemoException("cannot read " + home.resolve(file) + ": " + e.getMessage());
        }
    }

    private static Path jar(Path target) {
        if (!Files.isDirectory(target)) {
            throw new DemoException(
                    "there is no " + target + ": build with ./mvnw package, or run ./assent, which builds.");
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(Installation::isProgram)
                    .findFirst()
                    .orElseThrow(
                            () -> new DemoException("there is no jar in " + target + ": build with ./mvnw package."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNewer(Path cache, Path jar) {
        return cache.toFile().lastModified() > jar.toFile().lastModified(); // 0 where there is none
    }

    private static boolean isProgram(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.endsWith("-sources.jar") && !name.endsWith("-javadoc.jar");
    }
}
