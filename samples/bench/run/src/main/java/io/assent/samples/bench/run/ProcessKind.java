package io.assent.samples.bench.run;

import java.util.Locale;

/** What a process is for. Its name begins with it: {@code client}, {@code service-north}, {@code coordinator-1}, {@code postgres-log}. */
enum ProcessKind {
    CLIENT("client"),
    SERVICES("service-"),
    COORDINATORS("coordinator-"),
    POSTGRES("postgres-");

    private final String prefix;

    ProcessKind(String prefix) {
        this.prefix = prefix;
    }

    /** The name of a process of this kind. */
    String process(Object which) {
        return prefix + which;
    }

    /** As results call all of this kind together. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ProcessKind of(String process) {
        for (ProcessKind kind : values()) {
            if (process.startsWith(kind.prefix)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of process begins like " + process);
    }
}
