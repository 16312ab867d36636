package io.assent.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** A TLA+ module of docs/spec. */
enum Model {
    DECISIONS("Decisions"),
    VOTES("Votes");

    private static final Pattern FLAG = Pattern.compile("(?m)^ {2}(\\w+),? +\\\\\\* (R\\d+): ");

    final String module;

    Model(String module) {
        this.module = module;
    }

    Path file() {
        return Path.of(module + ".tla");
    }

    /** The flags in their order, each with its rule, as the comments of the module say. */
    SequencedMap<String, String> flags() {
        SequencedMap<String, String> flags = new LinkedHashMap<>();
        try {
            FLAG.matcher(Files.readString(file())).results().forEach(flag -> flags.put(flag.group(1), flag.group(2)));
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
        return flags;
    }

    /** What is no flag: how many of everything, and no hostile environment. */
    Map<String, String> constants(Size size) {
        return switch (this) {
            case DECISIONS ->
                Map.ofEntries(
                        Map.entry("Replica", size == Size.FULL ? "{r1, r2}" : "{r1}"),
                        Map.entry("Slot", size == Size.FULL ? "{s1, s2}" : "{s1}"),
                        Map.entry("Requests", "{\"C1\", \"C2\"}"),
                        Map.entry("Ageing", "TRUE"),
                        Map.entry("EnvHeuristic", "FALSE"),
                        Map.entry("EnvRestore", "FALSE"),
                        Map.entry("EnvFailover", "FALSE"),
                        Map.entry("a", "a"),
                        Map.entry("b", "b"),
                        Map.entry("x", "x"),
                        Map.entry("NULL", "NULL"));
            case VOTES ->
                Map.of(
                        "Replica", size == Size.FULL ? "{r1, r2}" : "{r1}",
                        "CrashesMax", size == Size.FULL ? "1" : "0",
                        "Wrote", "{TRUE, FALSE}");
        };
    }
}
