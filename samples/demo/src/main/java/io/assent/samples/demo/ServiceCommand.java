package io.assent.samples.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a service is started.
 *
 * @param name for people
 * @param url where it listens
 * @param readiness the path that answers 200 once it can be used
 */
record ServiceCommand(
        String name,
        String classPath,
        String mainClass,
        String url,
        String readiness,
        Map<String, String> environment) {

    /** Small heaps, and only the quick compiler: these processes live for a minute. */
    private static final List<String> JAVA_OPTIONS = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    ServiceCommand {
        environment = Map.copyOf(environment);
    }

    ProcessBuilder builder() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(JAVA_OPTIONS);
        words.addAll(List.of("-cp", classPath, mainClass));
        ProcessBuilder builder = new ProcessBuilder(words);
        // Options that were meant for the demo itself stay with it; so do database settings of the person's shell.
        builder.environment().keySet().removeIf(key -> key.startsWith("ASSENT_") || key.equals("JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return builder;
    }
}
