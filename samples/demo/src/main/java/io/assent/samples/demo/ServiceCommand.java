package io.assent.samples.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How a service is started.
 *
 * @param name for people
 * @param url where it listens
 * @param readiness the path that answers 200 once it can be used
 * @param javaOptions heap, compiler and the like
 */
public record ServiceCommand(
        String name,
        String classPath,
        String mainClass,
        String url,
        String readiness,
        Map<String, String> environment,
        List<String> javaOptions) {

    /** Small heaps, and only the quick compiler: these processes live for a minute. */
    private static final List<String> SHORT_LIVED = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final List<String> ALWAYS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    public ServiceCommand {
        environment = Map.copyOf(environment);
        javaOptions = List.copyOf(javaOptions);
    }

    ServiceCommand(
            String name,
            String classPath,
            String mainClass,
            String url,
            String readiness,
            Map<String, String> environment) {
        this(name, classPath, mainClass, url, readiness, environment, SHORT_LIVED);
    }

    /** The same command with other options for Java. */
    public ServiceCommand with(List<String> newJavaOptions) {
        return new ServiceCommand(name, classPath, mainClass, url, readiness, environment, newJavaOptions);
    }

    /** The same command with more options for Java. */
    ServiceCommand and(List<String> moreJavaOptions) {
        return with(
                Stream.concat(javaOptions.stream(), moreJavaOptions.stream()).toList());
    }

    ProcessBuilder builder() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(javaOptions);
        words.addAll(ALWAYS);
        words.addAll(List.of("-cp", classPath, mainClass));
        ProcessBuilder builder = new ProcessBuilder(words);
        // Options that were meant for the demo itself stay with it; so do database settings of the person's shell.
        builder.environment().keySet().removeIf(key -> key.startsWith("ASSENT_") || key.equals("JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return builder;
    }
}
