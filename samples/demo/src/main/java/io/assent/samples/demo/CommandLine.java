package io.assent.samples.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words after a command: {@code --name value}, {@code --name=value} and {@code --flag}. The last of a name counts. */
public record CommandLine(Map<String, String> values) {

    public CommandLine {
        values = Map.copyOf(values);
    }

    /**
     * @param command for the message
     * @param flags that have no value
     * @param valued that have one
     * @throws UsageException if the words are not as documented
     */
    public static CommandLine parse(String command, List<String> words, Set<String> flags, Set<String> valued) {
        Map<String, String> values = new LinkedHashMap<>();
        int i = 0;
        while (i < words.size()) {
            String word = words.get(i++);
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (flags.contains(name)) {
                if (equals >= 0) {
                    throw new UsageException(name + " takes no value.");
                }
                values.put(name, "");
            } else if (!valued.contains(name)) {
                throw new UsageException(
                        command + " knows no '" + name + "'; ./assent " + command + " --help lists its options.");
            } else if (equals >= 0) {
                values.put(name, word.substring(equals + 1));
            } else if (i < words.size()) {
                values.put(name, words.get(i++));
            } else {
                throw new UsageException(name + " needs a value.");
            }
        }
        return new CommandLine(values);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name, String absent) {
        return values.getOrDefault(name, absent);
    }

    /** @throws UsageException naming the option if its value is no whole number, or out of bounds */
    public long number(String name, long absent, long min, long max) {
        String value = values.getOrDefault(name, Long.toString(absent));
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(name + " must be a whole number and is '" + value + "'.");
        }
        throw new UsageException(name + " must be from " + min + " to " + max + " and is '" + value + "'.");
    }
}
